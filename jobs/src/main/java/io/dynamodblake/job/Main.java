package io.dynamodblake.job;

import io.dynamodblake.conf.ConfFile;
import io.dynamodblake.conf.RunKeys;
import io.dynamodblake.conf.Settings;
import io.dynamodblake.conf.Suggestion;
import io.dynamodblake.job.text.Terminal;
import java.io.IOException;
import java.io.PrintStream;
import java.io.Reader;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** The program: finds the command, runs it, and turns what it throws into an exit code. */
public final class Main {
  private Main() {}

  /** The commands in the order of {@code --help}. */
  static List<Command> commands() {
    return List.of(
        new DemoCommand(),
        new InspectCommand(),
        new FlattenCommand(),
        new ApplyCommand(),
        new DdlCommand(),
        new RestoreCommand(),
        new CompareCommand(),
        new ExportCommand(),
        new ExportsCommand(),
        new ImportCommand(),
        new ImportsCommand(),
        new LoadCommand(),
        new RegisterCommand(),
        new ScanCommand(),
        new StreamCommand(),
        new MaintainCommand(),
        new StatusCommand(),
        new SchemaCommand(),
        new TrainingSetCommand(),
        new DoctorCommand(),
        new EstimateCommand(),
        new CompletionCommand());
  }

  /** Runs the command line; the process ends with the exit code of it. */
  public static void main(String[] args) {
    int code = run(args, Terminal.ofProcess(System.getenv()), RunWatch.Times.REAL, true);
    // in YARN's cluster mode a process that exits by itself counts as failed, even with 0
    if (code != 0 || !"cluster".equals(System.getProperty("spark.submit.deployMode"))) {
      System.exit(code);
    }
  }

  /** Runs the command line and returns the exit code. Leaves Spark running. */
  static int run(String[] args, Terminal terminal) {
    return run(args, terminal, RunWatch.Times.REAL);
  }

  /** The same, with what its watch knows of time. */
  static int run(String[] args, Terminal terminal, RunWatch.Times times) {
    return run(args, terminal, times, false);
  }

  /**
   * Help, versions and wrong usage are answered without Spark's classes, which take seconds.
   *
   * @param stopsSpark whether Spark, if it was started for this, is stopped
   */
  private static int run(
      String[] args, Terminal terminal, RunWatch.Times times, boolean stopsSpark) {
    CommandLine commandLine = CommandLines.of(commands(), terminal);
    ParseResult parsed;
    try {
      parsed = commandLine.parseArgs(helpAsOption(args));
    } catch (ParameterException e) {
      return wrongUsage(e, terminal).number();
    }
    ParseResult innermost = parsed.hasSubcommand() ? parsed.subcommand() : parsed;
    CommandLine asked = innermost.commandSpec().commandLine();
    if (innermost.isUsageHelpRequested()) {
      asked.usage(terminal.out());
      return ExitCode.DONE.number();
    }
    if (parsed.isVersionHelpRequested()) {
      Versions.lines().forEach(terminal.out()::println);
      return ExitCode.DONE.number();
    }
    if (!parsed.hasSubcommand()) {
      asked.usage(terminal.err());
      return ExitCode.WRONG_USAGE.number();
    }
    Command command = (Command) innermost.commandSpec().userObject();
    return run(command, innermost, terminal, times, stopsSpark);
  }

  /** {@code help flatten} is {@code flatten --help}. */
  private static String[] helpAsOption(String[] args) {
    if (args.length == 0 || !args[0].equals("help")) {
      return args;
    }
    return args.length == 1 ? new String[] {"--help"} : new String[] {args[1], "--help"};
  }

  private static int run(
      Command command,
      ParseResult parsed,
      Terminal terminal,
      RunWatch.Times times,
      boolean stopsSpark) {
    Map<String, String> given = CommandLines.given(command, parsed);
    Settings settings = Settings.ofCommandLine(given);
    boolean trace = settings.isOn(RunKeys.STACKTRACE);
    ProgressDisplay progress = null;
    RunWatch watch = null;
    CommandRun run = null;
    Ending ending;
    try {
      if (settings.isGiven(RunKeys.CONF_FILE)) {
        settings = withFile(command, given, settings.value(RunKeys.CONF_FILE));
        trace = settings.isOn(RunKeys.STACKTRACE);
      }
      progress = ProgressDisplay.on(terminal, settings.value(RunKeys.PROGRESS));
      run =
          new CommandRun(command.name(), settings, terminal, progress, new RunAccount(times.now()));
      AwsArguments.useProfile(settings);
      watch = RunWatch.begin(run, times);
      watchStop(run, watch);
      command.run(run);
      progress.close();
      terminal.out().flush();
      ending = ended(run);
    } catch (Exception | OutOfMemoryError | StackOverflowError | LinkageError e) {
      if (run != null && !run.stop().settles(false)) {
        return ExitCode.STOPPED; // which nobody gets: the process ends with the signal's
      }
      if (progress != null) {
        progress.abandon();
      }
      terminal.out().flush();
      ending = failed(command, run, Failure.of(e), terminal);
      if (trace) {
        e.printStackTrace(terminal.err());
      }
    }
    if (watch != null) {
      ending.tell().accept(watch);
    }
    if (run != null) {
      run.stop().end();
      if (stopsSpark) {
        run.stop().stopSpark();
      }
    }
    return ending.exitCode();
  }

  /** The end of a run, for the shell and for others. */
  private record Ending(int exitCode, Consumer<RunWatch> tell) {}

  private static Ending ended(CommandRun run) {
    if (!run.stop().settles(true)) {
      return new Ending(ExitCode.STOPPED, watch -> {});
    }
    ExitCode code = run.exitCode();
    return new Ending(code.number(), watch -> watch.end(code, Optional.empty()));
  }

  private static Ending failed(
      Command command, CommandRun run, Failure failure, Terminal terminal) {
    if (failure.stopped() && run != null) {
      // nobody told the process, which goes on, but somebody its jobs
      String state = failure.message() + ". " + run.stop().state();
      printStopped(state, terminal);
      return new Ending(ExitCode.STOPPED, watch -> watch.stopped(state));
    }
    printError(failure.message(), terminal);
    if (failure.code() == ExitCode.WRONG_USAGE) {
      terminal.err().println("See " + terminal.program() + " " + command.name() + " --help");
    }
    return new Ending(
        failure.code().number(),
        watch -> watch.end(failure.code(), Optional.of(failure.message())));
  }

  private static void watchStop(CommandRun run, RunWatch watch) {
    Terminal terminal = run.terminal();
    run.stop()
        .begin(
            run.progress(),
            state -> {
              terminal.out().flush();
              printStopped(state, terminal);
              watch.stopped(state);
            });
    if (run.settings().isGiven(RunKeys.REPORT)) {
      run.stop().keepsFileSystems();
    }
  }

  private static Settings withFile(Command command, Map<String, String> given, String file)
      throws IOException {
    try (Reader reader = OutputFiles.open(file, "--conf-file", new Configuration())) {
      return new Settings(
          given, ConfFile.read(reader, file, CommandLines.allOptions(command)), file);
    }
  }

  private static ExitCode wrongUsage(ParameterException e, Terminal terminal) {
    String message = e.getMessage();
    if (e instanceof UnmatchedArgumentException unmatched) {
      String argument = unmatched.getUnmatched().get(0);
      List<String> suggestions = unmatched.getSuggestions();
      if (e.getCommandLine().getParent() == null && !argument.startsWith("-")) {
        message = "Unknown command '" + argument + "'";
        suggestions =
            Suggestion.nearest(argument, e.getCommandLine().getSubcommands().keySet()).stream()
                .toList();
      }
      if (!suggestions.isEmpty()) {
        message += "; did you mean " + String.join(" or ", suggestions) + "?";
      }
    }
    printError(message, terminal);
    terminal.err().println("See " + terminal.program() + qualified(e) + " --help");
    return ExitCode.WRONG_USAGE;
  }

  /** The command that was called wrongly, with a space before it; empty for the program itself. */
  private static String qualified(ParameterException e) {
    CommandLine called = e.getCommandLine();
    return called.getParent() == null ? "" : " " + called.getCommandName();
  }

  private static void printStopped(String state, Terminal terminal) {
    terminal.err().println(terminal.red("stopped:") + " " + state);
    terminal.err().flush();
  }

  private static void printError(String message, Terminal terminal) {
    PrintStream err = terminal.err();
    err.println(terminal.red("error:") + " " + message);
    err.flush();
  }
}
