package io.dynamodblake.conf;

import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who is asking, and so how a message writes an option to be read by them: {@code --allow-loss} for
 * the command line of a command, {@code option("allowLoss")} for a program or a notebook that uses
 * a data source. An option that the asker does not have is named together with the command that has
 * it, as in {@code restore --on-invalid quarantine}, so that no message leads to an option that is
 * refused. Immutable; shipped to executors.
 *
 * @param asker what kind of thing {@code name} is
 * @param name of a command or of a data source
 */
public record Words(Asker asker, String name) implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final Pattern NEXT_WORD = Pattern.compile("-([a-z])");

  /** What asks. */
  public enum Asker {
    /** A command, on its command line. */
    COMMAND,
    /** A data source of Spark. */
    SOURCE
  }

  public static final Words FLATTEN = ofCommand("flatten");
  public static final Words RESTORE = ofCommand("restore");
  public static final Words LOAD = ofCommand("load");
  public static final Words COMPARE = ofCommand("compare");
  public static final Words EXPORT_SOURCE = new Words(Asker.SOURCE, "dynamodb-export");
  public static final Words IMPORT_SOURCE = new Words(Asker.SOURCE, "dynamodb-import");
  public static final Words LAKE_SOURCE = new Words(Asker.SOURCE, "dynamodb-lake");

  public Words {
    Objects.requireNonNull(asker, "asker is null");
    Objects.requireNonNull(name, "name is null");
  }

  /** Returns the words of a command; one that has only the options of every command may be any. */
  public static Words ofCommand(String name) {
    return new Words(Asker.COMMAND, name);
  }

  /** Whether the asker can give this option, by whatever spelling of its key is theirs. */
  public boolean has(Option<?> option) {
    return own().stream().anyMatch(known -> known.key().equals(key(option)));
  }

  /** Returns the option as the asker writes it, or else as whoever has it does. */
  public String of(Option<?> option) {
    return of(option, "");
  }

  /**
   * Returns the option with a value, as the asker writes it, or else as whoever has it does.
   *
   * @param value empty to name the option alone
   */
  public String of(Option<?> option, String value) {
    if (has(option)) {
      return asker == Asker.COMMAND ? onCommandLine(option, value) : inProgram(option, value);
    }
    return CommandKeys.commandOf(option)
        .map(command -> command + " " + onCommandLine(option, value))
        .orElseGet(() -> inProgram(option, value));
  }

  private List<Option<?>> own() {
    return asker == Asker.COMMAND ? CommandKeys.ofCommand(name) : CommandKeys.ofSource(name);
  }

  /** The key by the asker's own custom: data sources write in camel case, as Spark does. */
  private String key(Option<?> option) {
    return asker == Asker.COMMAND ? option.key() : camelCase(option.key());
  }

  private static String onCommandLine(Option<?> option, String value) {
    String name = option.isPositional() ? option.label() : "--" + option.key();
    return value.isEmpty() ? name : name + " " + value;
  }

  private static String inProgram(Option<?> option, String value) {
    String key = camelCase(option.key());
    return value.isEmpty()
        ? "option(\"%s\")".formatted(key)
        : "option(\"%s\", \"%s\")".formatted(key, value);
  }

  private static String camelCase(String key) {
    Matcher next = NEXT_WORD.matcher(key);
    return next.replaceAll(match -> match.group(1).toUpperCase(Locale.ROOT));
  }
}
