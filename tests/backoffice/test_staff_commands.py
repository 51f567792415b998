from storefront.staff import password as passwords
from storefront.staff.member import member_with
from tests.backoffice.conftest import PASSWORD


def run(app, *arguments, text=""):
    return app.test_cli_runner().invoke(args=["staff", *arguments], input=text)


def test_a_password_from_standard_input(app, session):
    result = run(app, "add", "Mira@Shop.example", "--password-stdin", text=PASSWORD + "\n")
    assert (result.exit_code, result.output) == (0, "Mira <mira@shop.example> can sign in.\n")
    assert passwords.fits(member_with(session, "mira@shop.example").password_hash, PASSWORD)


def test_again_changes_nothing(app, session):
    run(app, "add", "mira@shop.example", "--password-stdin", text=PASSWORD)
    before = member_with(session, "mira@shop.example").password_hash
    session.rollback()
    result = run(app, "add", "mira@shop.example", "--password-stdin", text="another-password-1")
    assert result.exit_code == 0
    assert "nothing was changed" in result.output
    assert member_with(session, "mira@shop.example").password_hash == before


def test_what_makes_no_sense_is_refused_in_a_sentence(app):
    for arguments in (
        ["add", "mira"],
        ["add", "a@b, c@d"],
        ["add", "m@s.example", "--password-stdin"],
        ["disable", "nobody@s.example"],
    ):
        result = run(app, *arguments, text="short")
        assert result.exit_code != 0
        assert result.output.startswith("Error: ")
        assert "Traceback" not in result.output


def test_the_list_says_who_can_come_in(app):
    run(app, "add", "mira@shop.example", "--password-stdin", text=PASSWORD)
    run(app, "add", "bo@shop.example", "--name", "Bo")
    run(app, "disable", "mira@shop.example")
    lines = run(app, "list").output.splitlines()
    assert [line.split()[0] for line in lines] == ["bo@shop.example", "mira@shop.example"]
    assert "invited" in lines[0]
    assert "disabled" in lines[1]
    run(app, "enable", "mira@shop.example")
    assert "active" in run(app, "list").output
