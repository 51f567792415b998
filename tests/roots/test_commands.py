"""What any command says when the database does not serve."""

import pytest

from storefront.roots.app import create_app
from storefront.settings import Settings
from tests.fixtures.environment import shop_environment


@pytest.mark.parametrize("command", [["staff", "list"], ["demo", "--empty"], ["worker"]])
def test_a_database_without_tables_is_said_in_a_sentence(tmp_path, command):
    settings = Settings.from_env(shop_environment(STORE_DIR=str(tmp_path)))

    result = create_app(settings).test_cli_runner().invoke(args=command)

    assert result.exit_code == 1
    assert result.output.splitlines()[-1].startswith("Error: The database has no tables")
