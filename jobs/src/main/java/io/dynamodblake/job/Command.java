package io.dynamodblake.job;

import io.dynamodblake.conf.Option;
import java.util.List;

/**
 * One command: what {@code --help} says of it, and what it does. A new command is one of these,
 * listed in {@link Main}.
 */
interface Command {
  String name();

  /** Returns one sentence for the list of commands, without a full stop. */
  String summary();

  /** Returns how it is called, without the program's name. */
  String synopsis();

  /** Returns what else there is to know, one paragraph each. */
  List<String> description();

  /** Returns the options of its own; the ones of every command are added. */
  List<Option<?>> options();

  /** Returns lines that can be pasted into a shell, without the program's name. */
  List<String> examples();

  /**
   * Runs the command. Results go to {@code out}; whatever is thrown becomes an exit code in {@link
   * Failure}.
   *
   * @throws Exception if it cannot be done
   */
  void run(CommandRun run) throws Exception;
}
