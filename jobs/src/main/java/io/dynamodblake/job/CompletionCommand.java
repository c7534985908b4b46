package io.dynamodblake.job;

import io.dynamodblake.conf.Option;
import io.dynamodblake.job.text.Terminal;
import java.util.List;
import picocli.AutoComplete;

/** Prints the shell's completion script. */
final class CompletionCommand implements Command {
  @Override
  public String name() {
    return "completion";
  }

  @Override
  public String summary() {
    return "Prints a completion script for bash and zsh";
  }

  @Override
  public String synopsis() {
    return "completion";
  }

  @Override
  public List<String> description() {
    return List.of(
        "Load it in the running shell, or keep it where the shell looks for completions.");
  }

  @Override
  public List<Option<?>> options() {
    return List.of();
  }

  @Override
  public List<String> examples() {
    return List.of("completion > ~/.local/share/bash-completion/completions/dynamodb-lake");
  }

  @Override
  public void run(CommandRun run) {
    run.terminal()
        .out()
        .print(
            AutoComplete.bash(Terminal.PROGRAM, CommandLines.of(Main.commands(), run.terminal())));
  }
}
