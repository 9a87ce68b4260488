"""Errors that a person is meant to read. Everything else is a fault of ours and answers 500."""


class DomainError(Exception):
    """A request that cannot be carried out; `message` says what is wrong and what to do."""

    status = 400

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotPermitted(DomainError):
    """One's own object, but not allowed now."""

    status = 403


class RuleBroken(DomainError):
    """The input or the state breaks a rule of the award."""

    status = 422


class StaleVersion(DomainError):
    """Somebody else changed the record since this page was opened."""

    status = 409


class KeyReused(DomainError):
    """A form's one-time key came back with other content."""

    status = 409


class NoSpace(DomainError):
    """The disk is full: nobody's fault, and nothing was kept."""

    status = 507


class SigningFailed(Exception):
    """No electronic signature could be made. For the log and for the ministry's people, never for the public."""


class SignerLocked(SigningFailed):
    """The pass phrase is typed into another process: this one signs nothing."""
