package io.dynamodblake.job;

import io.dynamodblake.conf.Option;
import io.dynamodblake.conf.Settings;
import io.dynamodblake.conf.Words;
import io.dynamodblake.document.Envelope;
import io.dynamodblake.job.text.Terminal;
import io.dynamodblake.job.text.TextTable;
import io.dynamodblake.type.Instants;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;

/**
 * What a command runs with. Spark starts when it is first asked for, so that wrong usage is
 * answered at once.
 */
final class CommandRun {
  private final String command;
  private final Settings settings;
  private final Terminal terminal;
  private final ProgressDisplay progress;
  private final RunAccount account;
  private final StopNotice stop;
  private ExitCode exitCode = ExitCode.DONE;

  CommandRun(
      String command,
      Settings settings,
      Terminal terminal,
      ProgressDisplay progress,
      RunAccount account) {
    this(command, settings, terminal, progress, account, new StopNotice());
  }

  private CommandRun(
      String command,
      Settings settings,
      Terminal terminal,
      ProgressDisplay progress,
      RunAccount account,
      StopNotice stop) {
    this.command = command;
    this.settings = settings;
    this.terminal = terminal;
    this.progress = progress;
    this.account = account;
    this.stop = stop;
  }

  /** Name of the command. */
  String command() {
    return command;
  }

  /** How whoever runs this writes options, for messages. */
  Words words() {
    return Words.ofCommand(command);
  }

  Settings settings() {
    return settings;
  }

  <T> T value(Option<T> option) {
    return settings.value(option);
  }

  <T> Optional<T> find(Option<T> option) {
    return settings.find(option);
  }

  Terminal terminal() {
    return terminal;
  }

  ProgressDisplay progress() {
    return progress;
  }

  SparkSession spark() {
    return spark(false);
  }

  /** The same, with the tables of Hive's metastore where one is configured. */
  SparkSession sparkWithCatalog() {
    return spark(true);
  }

  private SparkSession spark(boolean catalog) {
    boolean starts = !Sessions.exists();
    if (starts) {
      progress.note("Starting Spark ...");
    }
    try {
      SparkSession session = catalog ? Sessions.openWithCatalog(command) : Sessions.open(command);
      stop.waitsFor(session, starts);
      return session;
    } finally {
      progress.forgetNote();
    }
  }

  /** What is said if the process is told to stop; commands tell it how they stand. */
  StopNotice stop() {
    return stop;
  }

  /** What is known of the run for its report and its metrics; commands fill it in. */
  RunAccount account() {
    return account;
  }

  /**
   * A part of this run with other settings, as if its own command line had said so. The account and
   * the notice are the same.
   */
  CommandRun with(Settings others) {
    return new CommandRun(command, others, terminal, progress, account, stop);
  }

  /** This run as the document of its result names it, which is printed when all is done. */
  Envelope.Run done() {
    return account.run(command, "done", Optional.empty(), Optional.of(Instants.now()));
  }

  /** What the shell is told of a command that did its work. */
  void endsWith(ExitCode code) {
    exitCode = code;
  }

  ExitCode exitCode() {
    return exitCode;
  }

  /** Says on stderr what must not be overlooked, also where stdout is a document. */
  void warn(String text) {
    terminal.err().println("Warning: " + TextTable.printable(text));
  }

  void print(String line) {
    terminal.out().println(line);
  }
}
