package io.dynamodblake.conf;

import java.io.IOException;
import java.io.Reader;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/**
 * A file of options for {@code --conf-file}: a Java properties file in UTF-8 whose keys are the
 * options without their dashes.
 */
public final class ConfFile {
  private ConfFile() {}

  /**
   * Reads a file and refuses what the command does not know.
   *
   * @param reader the file's text; not closed
   * @param name how messages call the file
   * @param known options of the command
   * @return texts by key, in the order of the file
   * @throws UsageException for an unknown key or one that stands twice, naming the nearest known
   *     one
   * @throws IOException if the file cannot be read
   */
  public static Map<String, String> read(Reader reader, String name, Collection<Option<?>> known)
      throws IOException {
    Map<String, String> texts = new LinkedHashMap<>();
    Properties properties =
        new Properties() {
          private static final long serialVersionUID = 1L;

          @Override
          public synchronized Object put(Object key, Object value) {
            // Properties itself lets the last one win, and half of the file is then a lie
            if (texts.put((String) key, (String) value) != null) {
              throw new UsageException("Option '" + key + "' stands twice in " + name);
            }
            return null;
          }
        };
    try {
      properties.load(reader);
    } catch (IllegalArgumentException e) {
      throw new UsageException("Cannot read " + name + ": " + e.getMessage(), e);
    }
    List<String> keys = known.stream().map(Option::key).toList();
    for (String key : texts.keySet()) {
      if (!keys.contains(key)) {
        throw unknown(key, name, keys);
      }
    }
    return texts;
  }

  private static UsageException unknown(String key, String name, List<String> keys) {
    if (key.startsWith("--")) {
      return new UsageException(
          "Unknown option '"
              + key
              + "' in "
              + name
              + "; write keys without dashes: "
              + key.substring(2));
    }
    boolean elsewhere =
        CommandKeys.COMMAND_LINE.stream().anyMatch(option -> option.key().equals(key));
    if (elsewhere) {
      return new UsageException(
          "Option '"
              + key
              + "' in "
              + name
              + " belongs to another command; this one knows "
              + String.join(", ", keys));
    }
    Optional<String> nearest = Suggestion.nearest(key, keys);
    return new UsageException(
        "Unknown option '"
            + key
            + "' in "
            + name
            + nearest
                .map(word -> "; did you mean '" + word + "'?")
                .orElseGet(() -> "; known are " + String.join(", ", keys)));
  }
}
