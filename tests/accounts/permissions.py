"""Who gets which answer on the pages of one's own account. They show the reader's own account or nobody's."""

from typing import Any

from tests.permissions import EVERYBODY, PERSONAS, no_kwargs

VISITORS = dict.fromkeys(PERSONAS, 302) | {"anonymous": 200}
SIGNED_IN = EVERYBODY | {"anonymous": 302}
SENT_ON = dict.fromkeys(PERSONAS, 302)
POST_ONLY = dict.fromkeys(PERSONAS, 405)


PERMISSIONS: dict[str, dict[str, Any]] = {
    "account_login": {"kwargs": no_kwargs, "GET": VISITORS},
    "account_logout": {"kwargs": no_kwargs, "GET": SIGNED_IN},
    "account_inactive": {"kwargs": no_kwargs, "GET": EVERYBODY},
    "account_reauthenticate": {"kwargs": no_kwargs, "GET": SIGNED_IN},
    "account_change_password": {"kwargs": no_kwargs, "GET": SIGNED_IN},
    "account_set_password": {"kwargs": no_kwargs, "GET": SENT_ON},
    "account_reset_password": {"kwargs": no_kwargs, "GET": EVERYBODY},
    "account_reset_password_done": {"kwargs": no_kwargs, "GET": EVERYBODY},
    "account_reset_password_from_key": {"kwargs": lambda objs: {"uidb36": "1", "key": "x-y"}, "GET": EVERYBODY},
    "account_reset_password_from_key_done": {"kwargs": no_kwargs, "GET": EVERYBODY},
    "activate": {"kwargs": no_kwargs, "GET": EVERYBODY},
    "request_activation": {"kwargs": no_kwargs, "GET": POST_ONLY},
    "activation_sent": {"kwargs": no_kwargs, "GET": EVERYBODY},
    "open_activation": {"kwargs": lambda objs: {"user_id": 1, "token": "x-y"}, "GET": SENT_ON},
    "notice_list": {"kwargs": no_kwargs, "GET": SIGNED_IN},
    "notice_open": {"kwargs": lambda objs: {"pk": 1}, "GET": POST_ONLY | {"anonymous": 302}},
    "notice_read_all": {"kwargs": no_kwargs, "GET": POST_ONLY | {"anonymous": 302}},
    "notice_settings": {"kwargs": no_kwargs, "GET": SIGNED_IN},
    "held_post": {"kwargs": no_kwargs, "GET": SENT_ON},
}
