from django.apps import AppConfig


class SentraConfig(AppConfig):
    name = "sentra"
    verbose_name = "Sentra"
