from django.apps import AppConfig


class ScoringConfig(AppConfig):
    name = "scoring"
    verbose_name = "Penilaian"

    def ready(self) -> None:
        """Who stepped back from a nomination does not meet it as a dossier either."""
        from nominations.querysets import KEPT_FROM  # noqa: PLC0415 - models are not there before
        from scoring.selectors.stages import unless_recused  # noqa: PLC0415

        KEPT_FROM.append(unless_recused)
