package io.dynamodblake.ddl;

import io.dynamodblake.schema.Column;
import io.dynamodblake.schema.LakeType;
import io.dynamodblake.schema.MapProfile;
import io.dynamodblake.schema.Profile;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.schema.ValueMapping;
import io.dynamodblake.schema.ValueProfile;
import io.dynamodblake.type.Descriptor;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * An untouched line of an export as an engine's JSON reader takes it: the type of {@code Item},
 * made of all items, and the columns that are read out of it. A column reads the values of its
 * attribute's most frequent descriptor; nested values keep their descriptors. Whatever else there
 * is stands in the whole item, which is the last column.
 */
final class RawItem {
  /** The last column. */
  static final String WHOLE = "ddb_item";

  /** A column that is read from {@code Item.<attribute>.<descriptor>}. */
  record Source(String name, String attribute, Descriptor descriptor, Optional<LakeType> type) {}

  private final TypeWords words;
  private final boolean foldsNames;
  private final boolean hasMaps;
  private final List<String> leftOut = new ArrayList<>();
  private final List<String> mixed = new ArrayList<>();
  private final List<Source> sources = new ArrayList<>();
  private final String type;

  /**
   * @param foldsNames whether the engine takes names for equal that differ in case
   * @param hasMaps whether it has a type for maps of any keys
   */
  RawItem(
      TypeWords words, boolean foldsNames, boolean hasMaps, Profile profile, TableSchema schema) {
    this.words = words;
    this.foldsNames = foldsNames;
    this.hasMaps = hasMaps;
    Map<String, ValueProfile> attributes = profile.attributes();
    Map<String, Set<Descriptor>> kept = new HashMap<>();
    this.type = struct("", attributes, kept).orElseGet(() -> words.scalar(LakeType.STRING));
    for (Column column : schema.columns()) {
      String attribute = column.attribute();
      if (kept.containsKey(attribute)) {
        ValueProfile values = attributes.get(attribute);
        Descriptor descriptor = values.dominant().orElse(Descriptor.NULL);
        if (!kept.get(attribute).contains(descriptor)) {
          continue;
        }
        sources.add(new Source(column.name(), attribute, descriptor, scalar(column.mapping())));
        if (values.kinds() > (values.count(Descriptor.NULL) > 0 ? 2 : 1)) {
          mixed.add(column.name());
        }
      }
    }
  }

  String type() {
    return type;
  }

  List<Source> sources() {
    return sources;
  }

  /** What a reader of the statement should know. */
  List<String> comments() {
    List<String> comments = new ArrayList<>();
    comments.add(
        "Nested values stand below their descriptors; the whole item is the column " + WHOLE + ".");
    if (!mixed.isEmpty()) {
      comments.add(
          "Values of several types, of which the column shows the most frequent: "
              + String.join(", ", mixed));
    }
    for (String path : leftOut) {
      comments.add("Left out: " + path);
    }
    return comments;
  }

  private static Optional<LakeType> scalar(ValueMapping mapping) {
    return mapping instanceof ValueMapping.Scalar scalar
        ? Optional.of(scalar.type())
        : Optional.empty();
  }

  /** Empty if nothing is left of it. */
  private Optional<String> struct(
      String path, Map<String, ValueProfile> byName, Map<String, Set<Descriptor>> kept) {
    List<TypeWords.Named> fields = new ArrayList<>();
    Set<String> names = new HashSet<>();
    byName.forEach(
        (name, values) -> {
          String place = path + (path.isEmpty() ? "" : ".") + HiveSql.shown(name);
          if (!names.add(foldsNames ? name.toLowerCase(Locale.ROOT) : name)) {
            leftOut.add(place + " (another name differs from it in case only)");
          } else if (!HiveSql.shown(name).equals(name)) {
            leftOut.add(place + " (a name with control characters)");
          } else {
            value(place, values)
                .ifPresent(
                    value -> {
                      kept.put(name, value.descriptors());
                      fields.add(new TypeWords.Named(name, value.type()));
                    });
          }
        });
    return fields.isEmpty() ? Optional.empty() : Optional.of(words.struct(fields));
  }

  /** The type of a value, and the descriptors of which it has a field. */
  private record Value(Set<Descriptor> descriptors, String type) {}

  /** A struct with a field for each descriptor that was seen; empty if nothing is left of it. */
  private Optional<Value> value(String path, ValueProfile values) {
    List<TypeWords.Named> fields = new ArrayList<>();
    Set<Descriptor> descriptors = EnumSet.noneOf(Descriptor.class);
    for (Descriptor descriptor : Descriptor.values()) {
      if (values.count(descriptor) > 0) {
        content(descriptor, values, path)
            .ifPresent(
                type -> {
                  descriptors.add(descriptor);
                  fields.add(new TypeWords.Named(descriptor.name(), type));
                });
      }
    }
    return fields.isEmpty()
        ? Optional.empty()
        : Optional.of(new Value(descriptors, words.struct(fields)));
  }

  private Optional<String> content(Descriptor descriptor, ValueProfile values, String path) {
    String text = words.scalar(LakeType.STRING);
    return switch (descriptor) {
      case S, N, B -> Optional.of(text);
      case BOOL, NULL -> Optional.of(words.scalar(LakeType.BOOLEAN));
      case SS, NS, BS -> Optional.of(words.list(text));
      // a list that was always empty has elements of no type, and any reads it
      case L ->
          Optional.of(
              words.list(
                  value(path + "[]", values.element().orElseThrow())
                      .map(Value::type)
                      .orElse(text)));
      case M -> map(path, values.fields().orElseThrow());
    };
  }

  private Optional<String> map(String path, MapProfile map) {
    Optional<ValueProfile> open = map.open();
    if (open.isEmpty()) {
      return map.size() == 0
          ? Optional.of(words.scalar(LakeType.STRING))
          : struct(path, map.byName(), new HashMap<>());
    }
    if (!hasMaps) {
      leftOut.add(path + " (a map of any keys)");
      return Optional.empty();
    }
    return value(path + ".*", open.get()).map(Value::type).map(words::map);
  }
}
