from sqlalchemy import text


def test_alive_asks_nothing(plain):
    assert plain.test_client().get("/healthz").get_data(as_text=True) == "alive\n"


def test_ready_says_nothing_to_strangers(open_app):
    client = open_app(METRICS_TOKEN="the-operators-token").test_client()
    assert client.get("/readyz").get_data(as_text=True) == "ready\n"
    told = client.get("/readyz", headers={"Authorization": "Bearer the-operators-token"})
    assert told.get_json() == {"database": True, "migrated": True}
    assert client.get("/readyz", headers={"Authorization": "Bearer wrong"}).get_data(as_text=True) == "ready\n"


def test_not_ready_before_the_tables_are_there(open_app, sqlite):
    with sqlite.engine.begin() as connection:
        connection.execute(text("DROP TABLE alembic_version"))
    client = open_app().test_client()
    assert client.get("/readyz").status_code == 503
    assert client.get("/healthz").status_code == 200


def test_a_blocked_script_is_noted_without_its_query(plain, caplog):
    body = {
        "csp-report": {
            "blocked-uri": "https://evil.example/x.js?token=abc",
            "effective-directive": "script-src",
            "extra": "x",
        }
    }
    plain.test_client().post("/csp-reports", json=body)
    assert "https://evil.example/x.js" in caplog.text
    assert "abc" not in caplog.text
    assert "extra" not in caplog.text


def test_odd_reports_do_no_harm(plain):
    for body in (b"", b"[]", b"{", b"[1, null]", b'"x"', b"[" * 5000, b'{"csp-report": 3}', b"\xff\xfe", b"x" * 9000):
        assert plain.test_client().post("/csp-reports", data=body).status_code == 204


def test_security_txt_names_a_way_in_and_an_end(plain):
    said = plain.test_client().get("/.well-known/security.txt").get_data(as_text=True)
    assert "Contact: mailto:" in said
    assert "Expires: 20" in said
    assert "Canonical: http://127.0.0.1:8000/.well-known/security.txt" in said
