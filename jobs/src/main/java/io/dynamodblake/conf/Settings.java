package io.dynamodblake.conf;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The options of one run. The command line wins over the file of {@code --conf-file}, the file over
 * the default; this is the only place that knows.
 */
public final class Settings {
  private final Map<String, String> commandLine;
  private final Map<String, String> file;
  private final String fileName;

  /**
   * @param commandLine texts by key, as given on the command line
   * @param file texts by key, as given in the file
   * @param fileName how messages call the file
   */
  public Settings(Map<String, String> commandLine, Map<String, String> file, String fileName) {
    this.commandLine = Map.copyOf(commandLine);
    this.file = Map.copyOf(file);
    this.fileName = fileName;
  }

  public static Settings ofCommandLine(Map<String, String> commandLine) {
    return new Settings(commandLine, Map.of(), "");
  }

  /** Returns these settings with one more, which wins. */
  public Settings with(Option<?> option, String text) {
    Map<String, String> more = new HashMap<>(commandLine);
    more.put(option.key(), text);
    return new Settings(more, file, fileName);
  }

  /** Returns whether the user gave it, in either place. */
  public boolean isGiven(Option<?> option) {
    return commandLine.containsKey(option.key()) || file.containsKey(option.key());
  }

  /**
   * Returns the value, or the default, or nothing.
   *
   * @throws UsageException if the text cannot be read
   */
  public <T> Optional<T> find(Option<T> option) {
    String key = option.key();
    String text = commandLine.get(key);
    if (text != null) {
      return Optional.of(option.parse(text, option.isPositional() ? key : "--" + key));
    }
    text = file.get(key);
    if (text != null) {
      return Optional.of(option.parse(text, key + " in " + fileName));
    }
    return option.defaultValue();
  }

  /**
   * Returns the value or the default.
   *
   * @throws UsageException if there is neither, or the text cannot be read
   */
  public <T> T value(Option<T> option) {
    return find(option)
        .orElseThrow(
            () ->
                new UsageException(
                    option.isPositional()
                        ? "Missing " + option.label() + ": " + option.meaning()
                        : "Missing option --" + option.key() + " " + option.label()));
  }

  public boolean isOn(Option<Boolean> flag) {
    return value(flag);
  }
}
