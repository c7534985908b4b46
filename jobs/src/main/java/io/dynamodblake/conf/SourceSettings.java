package io.dynamodblake.conf;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The options of one use of a data source. Keys are read without regard to case, as Spark does; one
 * that nobody knows is refused, because what it should have said would be ignored. Settings of
 * Hadoop's file systems, {@code fs.*}, are options of every data source.
 */
public final class SourceSettings {
  private static final String FILE_SYSTEM_PREFIX = "fs.";

  private final Words source;
  private final Map<String, String> texts = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

  /**
   * Takes options as the user gave them.
   *
   * @param source the data source
   * @param others keys in lower case that are no options of the user's and may be there
   * @throws UsageException if there is one that nobody knows, naming the nearest that is known
   */
  public SourceSettings(Words source, Map<String, String> given, Set<String> others) {
    this.source = source;
    List<String> known = CommandKeys.ofSource(source.name()).stream().map(Option::key).toList();
    given.forEach(
        (key, text) -> {
          boolean expected =
              known.stream().anyMatch(key::equalsIgnoreCase)
                  || isFileSystems(key)
                  || others.contains(key.toLowerCase(Locale.ROOT));
          if (!expected) {
            throw new UsageException(
                "Unknown option '%s' of %s%s"
                    .formatted(key, source.name(), suggestion(key, known)));
          }
          texts.put(key, text);
        });
  }

  private static String suggestion(String key, List<String> known) {
    return Suggestion.nearest(key, known)
        .map(near -> "; did you mean '" + near + "'?")
        .orElse("; it knows " + String.join(", ", known));
  }

  private static boolean isFileSystems(String key) {
    return key.toLowerCase(Locale.ROOT).startsWith(FILE_SYSTEM_PREFIX);
  }

  /** Whether the user gave it. */
  public boolean isGiven(Option<?> option) {
    return texts.containsKey(option.key());
  }

  /**
   * Returns the value, or the default, or nothing.
   *
   * @throws UsageException if the text cannot be read
   */
  public <T> Optional<T> find(Option<T> option) {
    String text = texts.get(option.key());
    return text == null
        ? option.defaultValue()
        : Optional.of(option.parse(text, source.of(option)));
  }

  /**
   * Returns the value or the default of an option that has one.
   *
   * @throws UsageException if the text cannot be read
   */
  public <T> T value(Option<T> option) {
    return find(option).orElseThrow();
  }

  /** Returns the text under a key that is no option of the user's. */
  public Optional<String> other(String key) {
    return Optional.ofNullable(texts.get(key));
  }

  /** Returns Hadoop's settings of this use alone. */
  public Map<String, String> fileSystemSettings() {
    Map<String, String> settings = new HashMap<>(texts);
    settings.keySet().removeIf(key -> !isFileSystems(key));
    return settings;
  }
}
