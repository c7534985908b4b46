package io.dynamodblake.schema.entity;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Keys cut into segments at a separator, and the patterns that segments make. */
final class KeyShapes {
  /** What people write between the parts of a key; never _ - or . which ids have inside. */
  static final byte[] SEPARATORS = {'#', '|', ':', '/'};

  private KeyShapes() {}

  /** The separator that occurs in most of some keys; -1 if none has any. */
  static int separator(List<byte[]> keys) {
    int best = -1;
    int most = 0;
    for (byte separator : SEPARATORS) {
      int having = 0;
      for (byte[] key : keys) {
        having += KeyForms.indexOf(key, 0, key.length, separator) < 0 ? 0 : 1;
      }
      if (having > most) {
        best = separator;
        most = having;
      }
    }
    return best;
  }

  private static List<byte[]> segments(byte[] key, int separator) {
    List<byte[]> segments = new ArrayList<>();
    int start = 0;
    while (true) {
      int end = separator < 0 ? -1 : KeyForms.indexOf(key, start, key.length, separator);
      if (end < 0) {
        segments.add(Arrays.copyOfRange(key, start, key.length));
        return segments;
      }
      segments.add(Arrays.copyOfRange(key, start, end));
      start = end + 1;
    }
  }

  /**
   * Returns a pattern that all of some keys fit: the segments that all have, as far as they are
   * words, and placeholders for the others. Of a single key only the first word is taken for one
   * that its likes have, too, unless there is nothing else.
   *
   * @param keys at least one, not empty
   */
  static KeyPattern common(List<byte[]> keys) {
    int separator = separator(keys);
    List<List<byte[]>> cut = keys.stream().map(key -> segments(key, separator)).toList();
    int shortest = cut.stream().mapToInt(List::size).min().orElseThrow();
    boolean ofOneLength = cut.stream().allMatch(each -> each.size() == shortest);
    StringBuilder pattern = new StringBuilder();
    boolean wordSeen = false;
    boolean open = false; // a placeholder may go on over what comes
    for (int i = 0; i < shortest; i++) {
      byte[] segment = cut.get(0).get(i);
      int place = i;
      boolean same = cut.stream().allMatch(each -> Arrays.equals(each.get(place), segment));
      boolean word = !KeyForms.isValue(segment);
      boolean literal = segment.length == 0 ? same : same && word && (keys.size() > 1 || !wordSeen);
      wordSeen |= literal && segment.length > 0;
      if (i > 0) {
        pattern.append((char) separator);
      }
      open = !literal;
      pattern.append(
          literal ? KeyPattern.escape(new String(segment, StandardCharsets.UTF_8)) : "{}");
    }
    if (!ofOneLength && !open) {
      pattern.append((char) separator).append("{}");
    }
    String text = pattern.toString();
    KeyPattern result = KeyPattern.parse(text);
    boolean all = keys.stream().allMatch(key -> result.match(key, 0, key.length, null));
    return all ? result : KeyPattern.parse("{}");
  }
}
