"""Print the completion script of a shell."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import click

if TYPE_CHECKING:
    from click.shell_completion import ShellComplete


@click.command()
@click.argument("shell", type=click.Choice(("bash", "zsh", "fish")))
def completion(shell: str) -> None:
    """Print the completion script of a shell; it completes commands, queries and terms.

    \b
    Examples:
      spineonc completion bash >> ~/.bashrc
      spineonc completion fish > ~/.config/fish/completions/spineonc.fish
    """
    from click.shell_completion import get_completion_class

    script = cast("type[ShellComplete]", get_completion_class(shell))
    click.echo(script(click.get_current_context().find_root().command, {}, "spineonc", "_SPINEONC_COMPLETE").source())
