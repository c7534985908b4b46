package io.dynamodblake.schema;

import java.text.Normalizer;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Names that Athena, Spark, Trino and DuckDB all accept, for attribute names that may be anything:
 * {@code [a-z_][a-z0-9_]*} of at most 255 bytes, different from each other, from {@code
 * ddb_rescued} and {@code ddb_nulls}, and from {@code snapshot}.
 */
public final class ColumnNames {
  /** Longest name in bytes; Glue's limit. */
  public static final int MOST_LENGTH = 255;

  /**
   * Order by code points, which is also the order of the UTF-8 bytes. {@code String}'s own order
   * differs beyond U+FFFF.
   */
  public static final Comparator<String> CODE_POINT_ORDER = ColumnNames::compareCodePoints;

  static final Set<String> RESERVED = Set.of(TableSchema.RESCUED, TableSchema.NULLS);

  /**
   * The key of a snapshot's folder, {@code snapshot=<id>}. Engines that take folders for columns,
   * such as DuckDB and PyArrow, show the id instead of a column of that name.
   */
  public static final String SNAPSHOT = "snapshot";

  /** Names that no new column gets; those of before may have the last one. */
  static final Set<String> NOT_GIVEN = Set.of(TableSchema.RESCUED, TableSchema.NULLS, SNAPSHOT);

  private static final Pattern LEGAL = Pattern.compile("[a-z_][a-z0-9_]{0,254}");
  private static final Pattern MARKS = Pattern.compile("\\p{M}+");

  private ColumnNames() {}

  /** Returns whether a name can stand as it is. Reserved names are legal in form. */
  public static boolean isLegal(String name) {
    return LEGAL.matcher(name).matches();
  }

  /**
   * Returns the name in lower case without accents, with {@code _} for every other character and
   * before a leading digit, cut to 255 bytes. A legal name stays as it is.
   */
  public static String clean(String attribute) {
    String lower = Normalizer.normalize(attribute, Normalizer.Form.NFD).toLowerCase(Locale.ROOT);
    // lower-casing can bring accents of its own: U+0130 becomes i and a dot above
    String plain = MARKS.matcher(Normalizer.normalize(lower, Normalizer.Form.NFD)).replaceAll("");
    StringBuilder name = new StringBuilder();
    plain
        .codePoints()
        .limit(MOST_LENGTH)
        .forEach(
            point -> {
              boolean digit = point >= '0' && point <= '9';
              if (digit && name.length() == 0) {
                name.append('_');
              }
              boolean legal = digit || point >= 'a' && point <= 'z';
              name.append(legal ? (char) point : '_');
            });
    if (name.length() == 0) {
      name.append('_');
    }
    return name.substring(0, Math.min(MOST_LENGTH, name.length()));
  }

  /** Returns names for the columns of a table; see {@link #assign(Collection, Collection)}. */
  public static Map<String, String> ofColumns(Collection<String> attributes) {
    return assign(attributes, NOT_GIVEN);
  }

  /** Returns names for the columns of a table that may hold parts of maps. */
  public static Map<Origin, String> ofOrigins(Collection<Origin> origins) {
    return assign(origins, Unnesting.DEFAULT_SEPARATOR, NOT_GIVEN);
  }

  /** Returns names for the fields of a struct, where no name is reserved. */
  public static Map<String, String> ofFields(Collection<String> attributes) {
    return assign(attributes, List.of());
  }

  /**
   * Returns a name for each attribute, whatever the order they come in: one that is legal and not
   * taken keeps its name; then the others, in code-point order, get their cleaned name, with {@code
   * _2}, {@code _3} and so on where that is taken.
   *
   * @param taken names that must not be given
   */
  public static Map<String, String> assign(
      Collection<String> attributes, Collection<String> taken) {
    Set<String> used = new HashSet<>(taken);
    Set<String> sorted = new TreeSet<>(CODE_POINT_ORDER);
    sorted.addAll(attributes);
    Map<String, String> names = new LinkedHashMap<>();
    for (String attribute : sorted) {
      if (isLegal(attribute) && used.add(attribute)) {
        names.put(attribute, attribute);
      }
    }
    for (String attribute : sorted) {
      if (!names.containsKey(attribute)) {
        String name = free(clean(attribute), used);
        used.add(name);
        names.put(attribute, name);
      }
    }
    return names;
  }

  /**
   * Returns a name for each place, whatever the order they come in. Whole attributes get theirs as
   * if there were no others; places inside of them are called by all names on the way, with the
   * separator between them, under the same rule.
   *
   * @param taken names that must not be given
   */
  static Map<Origin, String> assign(
      Collection<Origin> origins, String separator, Collection<String> taken) {
    Map<String, String> whole =
        assign(origins.stream().filter(Origin::isWhole).map(Origin::attribute).toList(), taken);
    Map<Origin, String> names = new LinkedHashMap<>();
    whole.forEach((attribute, name) -> names.put(Origin.of(attribute), name));
    Set<String> used = new HashSet<>(taken);
    used.addAll(whole.values());
    List<Origin> inner =
        origins.stream()
            .filter(origin -> !origin.isWhole())
            .sorted(
                Comparator.comparing((Origin origin) -> origin.joined(separator), CODE_POINT_ORDER)
                    .thenComparing(Origin::path, CODE_POINT_ORDER))
            .toList();
    for (Origin origin : inner) {
      String joined = origin.joined(separator);
      if (isLegal(joined) && used.add(joined)) {
        names.put(origin, joined);
      }
    }
    for (Origin origin : inner) {
      if (!names.containsKey(origin)) {
        String name = free(clean(origin.joined(separator)), used);
        used.add(name);
        names.put(origin, name);
      }
    }
    return names;
  }

  /** The name itself, or with the first number from 2 on that is free. */
  static String free(String name, Set<String> used) {
    String candidate = name;
    for (int number = 2; used.contains(candidate); number++) {
      String suffix = "_" + number;
      candidate =
          name.substring(0, Math.min(name.length(), MOST_LENGTH - suffix.length())) + suffix;
    }
    return candidate;
  }

  private static int compareCodePoints(String left, String right) {
    int common = Math.min(left.length(), right.length());
    for (int i = 0; i < common; i++) {
      char a = left.charAt(i);
      char b = right.charAt(i);
      if (a != b) {
        boolean surrogates = Character.isSurrogate(a) && !Character.isSurrogate(b);
        boolean others = Character.isSurrogate(b) && !Character.isSurrogate(a);
        return surrogates ? 1 : others ? -1 : Character.compare(a, b);
      }
    }
    return Integer.compare(left.length(), right.length());
  }
}
