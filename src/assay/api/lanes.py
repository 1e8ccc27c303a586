"""Where a submission is to wait: lanes that go before others are the operator's to give."""

from datetime import datetime
import hmac

from fastapi import Request

from assay.api.services import Services
from assay.domain.lane import Lane
from assay.errors import InvalidInput, NotAllowed
from assay.queue.ports import Place

_SCHEME = "Bearer "


def place_of(lane: Lane, deadline: datetime | None, request: Request, services: Services) -> Place:
    """Raises `NotAllowed` for a lane that goes before others without the operator's token."""
    if lane.is_privileged and not shows_token(request, services.operator_token):
        raise NotAllowed(
            f"lane {lane.value!r} goes before others: it takes 'Authorization: Bearer' with the server's "
            "ASSAY_OPERATOR_TOKEN"
        )
    if deadline is not None and lane is not Lane.ASSESSMENT:
        raise InvalidInput(f"only lane {Lane.ASSESSMENT.value!r} knows deadlines", field="deadline")
    return Place(lane=lane, deadline=deadline)


def shows_token(request: Request, token: str | None) -> bool:
    """Whether whoever asks has shown the operator's token. Nobody has where there is none."""
    shown = request.headers.get("authorization", "")
    if token is None or not shown.startswith(_SCHEME):
        return False
    return hmac.compare_digest(shown.removeprefix(_SCHEME).encode(), token.encode())
