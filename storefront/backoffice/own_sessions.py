"""`/backoffice/staff`: where one is signed in, and ending that elsewhere; for owners also who may come in."""

from typing import Any

from flask import abort, redirect, render_template

from storefront.backoffice.access import me, without_second_factor
from storefront.backoffice.door import SIGN_IN, blueprint
from storefront.backoffice.rights import may
from storefront.staff.entry import entries
from storefront.staff.role import WORDS
from storefront.staff.second_factor import codes_left
from storefront.staff.signed_in import end_session, end_sessions, live_sessions
from storefront.staff.team import team
from storefront.web.database import session

HERE = "/backoffice/staff"
_BROWSERS = {
    "Edg": "Edge",
    "OPR": "Opera",
    "Firefox": "Firefox",
    "Chrom": "Chrome",
    "CriOS": "Chrome",
    "Safari": "Safari",
}
_SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "Mac OS": "a Mac",
    "Linux": "Linux",
}


def browser(user_agent: str) -> str:
    """What a person calls it, as `Firefox on Windows`. `user_agent`: as sent, where all pretend to be others."""
    name = next((told for sign, told in _BROWSERS.items() if sign in user_agent), "A browser")
    system = next((told for sign, told in _SYSTEMS.items() if sign in user_agent), "")
    return f"{name} on {system}" if system else name


@blueprint.get("/staff")
def staff() -> Any:
    """Own account and own sessions, and for owners the team."""
    return show()


def show(fault: str = "", status: int = 200) -> Any:
    """The page. `fault`: why nobody was let in."""
    sessions = live_sessions(session(), me().member_id)
    owner = may(me().role, "add_colleague")
    html = render_template(
        "backoffice/staff/own.html",
        me=me(),
        sessions=sessions,
        codes=codes_left(session(), me().member_id),
        browser=browser,
        team=team(session()) if owner else [],
        entries=entries(session()) if owner else [],
        roles=WORDS,
        fault=fault,
    )
    return html, status


@blueprint.post("/staff/sessions/<int:session_id>/end")
@without_second_factor
def end_one(session_id: int) -> Any:
    """One of one's own sessions; anybody else's is not found."""
    if not end_session(session(), me().member_id, session_id):
        abort(404)
    session().commit()
    return redirect(HERE if session_id != me().session_id else SIGN_IN, 303)


@blueprint.post("/staff/sessions/end")
@without_second_factor
def end_others() -> Any:
    """All but this one."""
    end_sessions(session(), me().member_id, but=me().session_id)
    session().commit()
    return redirect(HERE, 303)
