package io.dynamodblake.ddl;

import io.dynamodblake.schema.ColumnNames;
import io.dynamodblake.schema.MapProfile;
import io.dynamodblake.schema.Profile;
import io.dynamodblake.schema.ValueProfile;
import io.dynamodblake.type.Descriptor;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The statements that make Athena read an untouched export in DynamoDB JSON, through the OpenX JSON
 * SerDe: one column {@code item} whose nested type names every attribute and every descriptor that
 * was seen, so that a number reads {@code item.total.n} and an attribute of mixed types has a field
 * for each.
 *
 * <p>What the SerDe dictates: {@code mapping.} properties go by field name alone, whatever the
 * depth, so one name stands for one JSON key in the whole table; keys are compared without case
 * unless that would make two keys of one map equal or change the keys of an open-ended map. {@code
 * dots.in.keys} is not needed, because a key with dots is mapped like every other one that is no
 * name.
 */
public final class RawExportDdl {
  private static final String SERDE = "org.openx.data.jsonserde.JsonSerDe";
  private static final String ITEM = "Item";

  /** A property's key may have 255 characters, {@code mapping.} included. */
  private static final int MOST_FIELD_NAME_LENGTH = 240;

  /** Leaves room for all that is not the type or a mapping. */
  private static final int MOST_STATEMENT_BYTES = AthenaDdl.MOST_STATEMENT_BYTES - 8_192;

  private static final int MOST_LISTED = 100;
  private static final int MOST_EXAMPLES = 3;

  private final String database;
  private final String table;
  private final Profile profile;
  private final String location;
  private final boolean caseSensitive;
  private final Map<String, String> fieldNames;

  private final List<String> keptAttributes = new ArrayList<>();
  private final SortedMap<String, String> mappings = new TreeMap<>();
  private final List<String> leftOut = new ArrayList<>();
  private final String itemType;

  private RawExportDdl(String database, String table, Profile profile, String location) {
    this.database = database;
    this.table = table;
    this.profile = profile;
    this.location = TableDefinition.folder(location);
    this.caseSensitive = needsCase(profile);
    this.fieldNames = fieldNames();
    this.itemType = itemType();
  }

  /**
   * Returns the statements in the order in which they are to be run, without closing semicolons.
   *
   * @param profile what was seen in all items of the export
   * @param location the export's own folder of data files, {@code
   *     .../AWSDynamoDB/<export-id>/data/}
   */
  public static List<String> statements(
      String database, String table, Profile profile, String location) {
    return of(database, table, profile, location).statements();
  }

  /** Returns the same statements as a text with comments, each statement closed by a semicolon. */
  public static String script(String database, String table, Profile profile, String location) {
    return of(database, table, profile, location).script();
  }

  private static RawExportDdl of(String database, String table, Profile profile, String location) {
    TableDefinition.requireLegal("database", database);
    TableDefinition.requireLegal("table", table);
    return new RawExportDdl(database, table, profile, location);
  }

  private List<String> statements() {
    return List.of(
        "CREATE DATABASE IF NOT EXISTS " + HiveSql.name(database),
        "DROP TABLE IF EXISTS " + tableName(),
        createTable());
  }

  private String script() {
    StringBuilder script = new StringBuilder();
    for (String line : introduction()) {
      script.append(line.isEmpty() ? "--" : "-- " + line).append('\n');
    }
    for (String statement : statements()) {
      script.append('\n').append(statement).append(";\n");
    }
    return script.toString();
  }

  private String createTable() {
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put("case.insensitive", caseSensitive ? "FALSE" : "TRUE");
    properties.put("ignore.malformed.json", "FALSE");
    mappings.forEach((name, key) -> properties.put("mapping." + name, key));
    return "CREATE EXTERNAL TABLE "
        + tableName()
        + " (\n  `item` "
        + itemType
        + "\n)\nCOMMENT 'DynamoDB export as it is'\nROW FORMAT SERDE "
        + HiveSql.text(SERDE)
        + "\nWITH SERDEPROPERTIES (\n"
        + AthenaDdl.propertyLines(properties)
        + "\n)\nSTORED AS TEXTFILE\nLOCATION "
        + HiveSql.text(location)
        + "\nTBLPROPERTIES ('classification' = 'json')";
  }

  private List<String> introduction() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "Athena table "
            + TableDefinition.shownName(database, table)
            + " on an untouched DynamoDB export, made by dynamodb-lake.");
    lines.add(
        "Every value stands below its descriptor: s, n (digits as text), b (base64), bool, l, m and so on.");
    if (!location.startsWith("s3://")) {
      lines.add(
          "Athena reads from S3 only: copy the files there and change LOCATION before running this.");
    }
    if (caseSensitive) {
      lines.add(
          "Keys are compared with case, because some differ in nothing else or are data themselves.");
    }
    if (!keptAttributes.isEmpty()) {
      lines.add("");
      lines.add(exampleQuery());
    }
    if (!leftOut.isEmpty()) {
      lines.add("");
      lines.add("Left out:");
      leftOut.stream().limit(MOST_LISTED).forEach(path -> lines.add("  " + path));
      if (leftOut.size() > MOST_LISTED) {
        lines.add("  and " + (leftOut.size() - MOST_LISTED) + " more");
      }
    }
    if (profile.forgottenAttributeValues() > 0) {
      lines.add(
          profile.forgottenAttributeValues()
              + " values of attributes beyond the first "
              + profile.limits().maxAttributes()
              + " names are left out.");
    }
    return lines;
  }

  private String exampleQuery() {
    // Likely keys first, then whatever has a plain value, then the rest.
    Set<String> attributes = new LinkedHashSet<>();
    profile.keyCandidates().forEach(key -> attributes.add(key.attribute()));
    keptAttributes.stream()
        .filter(attribute -> !dominant(attribute).isContainer())
        .forEach(attributes::add);
    attributes.addAll(keptAttributes);
    attributes.retainAll(keptAttributes);
    StringJoiner values = new StringJoiner(", ");
    attributes.stream().limit(MOST_EXAMPLES).forEach(attribute -> values.add(example(attribute)));
    return "SELECT " + values + " FROM " + "\"" + database + "\".\"" + table + "\" LIMIT 10;";
  }

  private String example(String attribute) {
    return "item.\"" + fieldName(attribute) + "\".\"" + tagName(dominant(attribute)) + "\"";
  }

  private Descriptor dominant(String attribute) {
    return profile.attribute(attribute).flatMap(ValueProfile::dominant).orElse(Descriptor.NULL);
  }

  // ---- the type

  /**
   * All attributes as long as Glue and Athena take them; of too many, the most frequent ones, in
   * code-point order.
   */
  private String itemType() {
    if (caseSensitive) {
      mappings.put(fieldName(ITEM), ITEM);
    }
    // which sorts them whenever it is asked
    Map<String, ValueProfile> attributes = profile.attributes();
    List<String> byFrequency = new ArrayList<>(attributes.keySet());
    byFrequency.sort(
        Comparator.comparingLong((String attribute) -> attributes.get(attribute).total())
            .reversed());
    Map<String, String> types = new LinkedHashMap<>();
    int typeLength = "struct<>".length();
    int statementBytes = typeLength;
    for (String attribute : byFrequency) {
      Branch branch = new Branch();
      String path = pathOf("", attribute);
      if (!isMappable(attribute)) {
        leftOut.add(path + " (a key that cannot be mapped)");
        continue;
      }
      String type = branch.field(attribute, attributes.get(attribute), path);
      int mappingBytes = 0;
      for (Map.Entry<String, String> mapping : branch.mappings.entrySet()) {
        if (!mappings.containsKey(mapping.getKey())) {
          mappingBytes +=
              bytes(
                      AthenaDdl.propertyLines(
                          Map.of("mapping." + mapping.getKey(), mapping.getValue())))
                  + 2;
        }
      }
      boolean fits =
          typeLength + type.length() + 1 <= AthenaTypes.MOST_TYPE_LENGTH
              && statementBytes + bytes(type) + 1 + mappingBytes <= MOST_STATEMENT_BYTES;
      if (!fits) {
        leftOut.add(
            path + " (no room in one type of " + AthenaTypes.MOST_TYPE_LENGTH + " characters)");
        continue;
      }
      typeLength += type.length() + 1;
      statementBytes += bytes(type) + 1 + mappingBytes;
      types.put(attribute, type);
      mappings.putAll(branch.mappings);
      leftOut.addAll(branch.leftOut);
    }
    StringJoiner fields = new StringJoiner(",", "struct<", ">");
    fields.setEmptyValue("map<string,string>");
    for (String attribute : attributes.keySet()) {
      if (types.containsKey(attribute)) {
        keptAttributes.add(attribute);
        fields.add(types.get(attribute));
      }
    }
    return fields.toString();
  }

  /** The type of one attribute while it is built, with the mappings that it needs. */
  private final class Branch {
    private final Map<String, String> mappings = new LinkedHashMap<>();
    private final List<String> leftOut = new ArrayList<>();

    private String field(String key, ValueProfile values, String path) {
      String name = fieldName(key);
      note(name, key);
      return HiveSql.fieldName(name) + ":" + valueType(values, path);
    }

    /** A struct with a field for each descriptor that was seen. */
    private String valueType(ValueProfile values, String path) {
      StringJoiner fields = new StringJoiner(",", "struct<", ">");
      // A list that was always empty has elements of no descriptor; any type reads it.
      fields.setEmptyValue("string");
      for (Descriptor descriptor : Descriptor.values()) {
        if (values.count(descriptor) > 0) {
          note(tagName(descriptor), descriptor.name());
          fields.add(
              HiveSql.fieldName(tagName(descriptor)) + ":" + contentType(descriptor, values, path));
        }
      }
      return fields.toString();
    }

    private String contentType(Descriptor descriptor, ValueProfile values, String path) {
      return switch (descriptor) {
        case S, N, B -> "string";
        case BOOL, NULL -> "boolean";
        case SS, NS, BS -> "array<string>";
        case L -> "array<" + valueType(values.element().orElseThrow(), path + "[]") + ">";
        case M -> mapType(values.fields().orElseThrow(), path);
      };
    }

    private String mapType(MapProfile map, String path) {
      Optional<ValueProfile> open = map.open();
      if (open.isPresent()) {
        return "map<string," + valueType(open.get(), path + ".*") + ">";
      }
      StringJoiner fields = new StringJoiner(",", "struct<", ">");
      fields.setEmptyValue("map<string,string>");
      map.byName()
          .forEach(
              (key, values) -> {
                String fieldPath = pathOf(path, key);
                if (isMappable(key)) {
                  fields.add(field(key, values, fieldPath));
                } else {
                  leftOut.add(fieldPath + " (a key that cannot be mapped)");
                }
              });
      return fields.toString();
    }

    private void note(String name, String key) {
      String compared = caseSensitive ? key : key.toLowerCase(Locale.ROOT);
      if (!name.equals(compared)) {
        mappings.put(name, compared);
      }
    }
  }

  // ---- names

  /** One field name for each key that occurs anywhere, because mappings know no depth. */
  private Map<String, String> fieldNames() {
    Set<String> keys = new TreeSet<>(ColumnNames.CODE_POINT_ORDER);
    collectKeys(profile.attributes().values(), profile.attributes().keySet(), keys);
    if (!caseSensitive) {
      Set<String> folded = new LinkedHashSet<>();
      keys.forEach(key -> folded.add(key.toLowerCase(Locale.ROOT)));
      return ColumnNames.ofFields(folded);
    }
    Map<String, String> names = new LinkedHashMap<>();
    names.put(ITEM, ITEM.toLowerCase(Locale.ROOT));
    for (Descriptor descriptor : Descriptor.values()) {
      names.put(descriptor.name(), tagName(descriptor));
    }
    keys.removeAll(names.keySet());
    names.putAll(ColumnNames.assign(keys, new HashSet<>(names.values())));
    return names;
  }

  private static void collectKeys(
      Iterable<ValueProfile> places, Set<String> placeKeys, Set<String> keys) {
    keys.addAll(placeKeys);
    for (ValueProfile place : places) {
      place.element().ifPresent(element -> collectKeys(List.of(element), Set.of(), keys));
      place
          .fields()
          .ifPresent(
              map -> {
                collectKeys(map.byName().values(), map.byName().keySet(), keys);
                map.open().ifPresent(open -> collectKeys(List.of(open), Set.of(), keys));
              });
    }
  }

  private String fieldName(String key) {
    return fieldNames.get(caseSensitive ? key : key.toLowerCase(Locale.ROOT));
  }

  private static String tagName(Descriptor descriptor) {
    return descriptor.name().toLowerCase(Locale.ROOT);
  }

  /** Whether a property can hold the key and its field name. */
  private boolean isMappable(String key) {
    return HiveSql.shown(key).equals(key) && fieldName(key).length() <= MOST_FIELD_NAME_LENGTH;
  }

  private static boolean needsCase(Profile profile) {
    return hasTwins(profile.attributes().keySet())
        || profile.attributes().values().stream().anyMatch(RawExportDdl::needsCase);
  }

  private static boolean needsCase(ValueProfile values) {
    boolean inElements = values.element().stream().anyMatch(RawExportDdl::needsCase);
    boolean inMap =
        values.fields().stream()
            .anyMatch(
                map ->
                    map.isOpen()
                        || hasTwins(map.byName().keySet())
                        || map.byName().values().stream().anyMatch(RawExportDdl::needsCase));
    return inElements || inMap;
  }

  private static boolean hasTwins(Set<String> keys) {
    Set<String> folded = new HashSet<>();
    return keys.stream().anyMatch(key -> !folded.add(key.toLowerCase(Locale.ROOT)));
  }

  /** A path for a comment only. */
  private static String pathOf(String parent, String key) {
    String shown = HiveSql.shown(key);
    shown = shown.length() > MOST_LISTED ? shown.substring(0, MOST_LISTED) + "..." : shown;
    return parent.isEmpty() ? shown : parent + "." + shown;
  }

  private String tableName() {
    return TableDefinition.quotedName(database, table);
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
