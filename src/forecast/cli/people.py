"""The words about people: user add, list, remove, role, password."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from forecast.cli.options import OK, Group, both
from forecast.errors import InstallationError
from forecast.files import find_root
from forecast.people import ACTIONS, NAMES, People

user = Group("user")
LOGIN = click.argument("login", metavar="TÊN_ĐĂNG_NHẬP")
ROLES = click.argument("roles", nargs=-1, required=True, metavar="VAI_TRÒ...")


@user.command(help="thêm một người; mật khẩu hỏi hai lần / enter somebody; the password is asked twice")
@LOGIN
@click.option("--name", required=True, metavar="HỌ_TÊN")
@click.option("--role", "roles", multiple=True, required=True, metavar="VAI_TRÒ", help=", ".join(NAMES))
def add(login: str, name: str, roles: Sequence[str]) -> int:
    """Enter somebody into the list."""
    person = listed().add(login, name, roles, new_password())
    print(f"{person.login}: {person.name}; {_roles(person.roles)}")
    return OK


@user.command(help="bỏ một người / take somebody off the list")
@LOGIN
def remove(login: str) -> int:
    """Take somebody off the list; open sessions end."""
    listed().remove(login)
    print(f"Đã bỏ / removed: {login}")
    return OK


@user.command("list", help="ai có vai trò gì / who has which role")
def list_people() -> int:
    """Print everybody with their roles."""
    from forecast import installation  # slow to load

    everybody = listed().all()
    print(*(f"{person.login}: {person.name}; {_roles(person.roles)}" for person in everybody), sep="\n")
    print(f"{len(everybody)} người / people; [login] way = {installation.read(find_root()).login.way}")
    return OK


@user.command(help="đổi vai trò / give other roles")
@LOGIN
@ROLES
def role(login: str, roles: Sequence[str]) -> int:
    """Give somebody other roles; open sessions end."""
    print(f"{login}: {_roles(listed().change(login, roles=roles).roles)}")
    return OK


@user.command(help="đổi mật khẩu / give another password")
@LOGIN
def password(login: str) -> int:
    """Give somebody another password; open sessions end."""
    listed().change(login, password=new_password())
    print(f"{login}: đã đổi mật khẩu / changed")
    return OK


def signer(by: str, action: str) -> tuple[str, str]:
    """(name, login) of who signs: the typed name where nobody logs in, else the person of that login, whose password is asked."""
    from forecast import installation

    if installation.read(find_root()).login.way != "password":
        return by, ""  # behind a proxy nothing is signed at a terminal: signoff says so
    typed = str(click.prompt("Mật khẩu / password", hide_input=True)) if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    person = listed().check(by.strip().lower(), typed)
    if person is None:
        raise InstallationError("Tên đăng nhập hoặc mật khẩu không đúng.", "The login or the password is not right.")
    if not person.may(action):
        raise InstallationError(f"{person.login} không có quyền {ACTIONS[action].vi}.", f"{person.login} may not {ACTIONS[action].en}.")
    return person.name, person.login


def listed() -> People:
    """The list of people of this installation."""
    from forecast import installation

    root = find_root()
    told = installation.read(root)
    return People(told.path(told.login.people_file) or root / "parameterized_runs" / "people.json")


def new_password() -> str:
    """A password asked twice at a terminal, or the first line of standard input."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    typed = str(click.prompt("Mật khẩu / password", hide_input=True))
    if str(click.prompt("Nhập lại / again", hide_input=True)) != typed:
        raise InstallationError("Hai lần nhập không giống nhau.", "The two differ.")
    return typed


def _roles(roles: Sequence[str]) -> str:
    return ", ".join(both(NAMES[role]) for role in roles)
