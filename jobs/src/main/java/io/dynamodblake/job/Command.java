package io.dynamodblake.job;

import io.dynamodblake.conf.Option;
import java.util.List;

/**
 * One command: what {@code --help} says of it, and what it does. A new command is one of these,
 * listed in {@link Main}.
 */
interface Command {
  String name();

  /** One sentence for the list of commands, without a full stop. */
  String summary();

  /** How it is called, without the program's name. */
  String synopsis();

  /** What else there is to know, one paragraph each. */
  List<String> description();

  /** Options of its own; the ones of every command are added. */
  List<Option<?>> options();

  /** Lines that can be pasted into a shell, without the program's name. */
  List<String> examples();

  /**
   * Does it. Results go to {@code out}; whatever is thrown becomes an exit code in {@link Failure}.
   *
   * @throws Exception if it cannot be done
   */
  void run(CommandRun run) throws Exception;
}
