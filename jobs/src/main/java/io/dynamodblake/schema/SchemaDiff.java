package io.dynamodblake.schema;

import io.dynamodblake.type.Descriptor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * What is different between two schemas, as whoever reads the tables meets it: columns are the same
 * if they hold the same attribute, and queries call them by their names. Order does not count.
 *
 * @param changes columns in the order of the earlier schema, then the new ones, then keys and
 *     partitions
 */
public record SchemaDiff(List<Change> changes) {

  /** What became of a place. */
  public enum Kind {
    /** It is there now. */
    NEW(false),
    /** It is no longer there. */
    GONE(true),
    /** The attribute has a column, or a field, of another name. */
    RENAMED(true),
    /** The name now holds another attribute. */
    REPLACED(true),
    /** Numbers with more room, which hold all that was there. */
    WIDENED(false),
    /** Numbers with less room. */
    NARROWED(true),
    /** Another kind of type, or texts that are made in another way. */
    RETYPED(true),
    /** Values are now hashed, masked or hashed with another key, or no longer are. */
    PROTECTED(true),
    /** The table has other keys. */
    REKEYED(true),
    /** The column stays, and no item has its attribute. */
    ABSENT(false),
    /** The column stays as it is, and some values that do not fit it are null and rescued. */
    RESCUED(false);

    private final boolean breaks;

    Kind(boolean breaks) {
      this.breaks = breaks;
    }

    /** Returns whether a query of the earlier table may fail, or mean something else, on it. */
    public boolean breaks() {
      return breaks;
    }
  }

  /**
   * One difference.
   *
   * @param place the name of a column, or for rescued values the attribute, with {@code .field},
   *     {@code []} for elements and {@code {}} for the values of an open-key map behind it; or
   *     {@code (keys)}, or {@code (partition) name}
   * @param from what was there; empty where it is new
   * @param to what is there now; empty where it is gone, and for rescued values how many there are,
   *     by descriptor
   */
  public record Change(Kind kind, String place, Optional<String> from, Optional<String> to) {
    public Change {
      Objects.requireNonNull(kind, "kind is null");
      Objects.requireNonNull(place, "place is null");
      Objects.requireNonNull(from, "from is null");
      Objects.requireNonNull(to, "to is null");
    }
  }

  private static final String KEYS = "(keys)";
  private static final String PARTITION = "(partition) ";
  private static final String JSON_TEXT = "string of DynamoDB JSON";

  public SchemaDiff {
    changes = List.copyOf(changes);
  }

  /** Returns what leads from one schema to the other. */
  public static SchemaDiff of(TableSchema from, TableSchema to) {
    Changes changes = new Changes();
    Map<Origin, Column> later =
        to.writtenColumns().stream().collect(Collectors.toMap(Column::origin, Function.identity()));
    Set<String> names = to.writtenColumns().stream().map(Column::name).collect(Collectors.toSet());
    boolean sameHashKey = from.hashKey().equals(to.hashKey());
    for (Column column : from.writtenColumns()) {
      Column now = later.remove(column.origin());
      changes.name(column.name(), now == null ? null : now.name(), names, () -> type(column));
      if (now != null) {
        changes.column(column, now, sameHashKey);
      }
    }
    to.writtenColumns().stream()
        .filter(column -> later.containsKey(column.origin()))
        .forEach(column -> changes.add(Kind.NEW, column.name(), null, type(column)));
    changes.derived(from.derived(), to.derived());
    if (!from.keys().isEmpty() && !to.keys().isEmpty() && !from.keys().equals(to.keys())) {
      changes.add(Kind.REKEYED, KEYS, keys(from), keys(to));
    }
    return new SchemaDiff(changes.all);
  }

  /**
   * Returns what becomes of a schema if an export is flattened into its table, where columns never
   * go away and never change their kind: one whose items mostly hold another type is null there.
   *
   * @param items of the export
   * @throws DataRefusedException if the items have no such keys
   */
  public static SchemaDiff ofItems(TableSchema from, Profile items) {
    Evolution evolution =
        SchemaEvolution.evolve(from, items, PlanOptions.of(from.table(), from.keys()));
    Changes changes = new Changes();
    changes.all.addAll(of(from, evolution.schema()).changes());
    for (Column column : from.writtenColumns()) {
      if (Unnested.seen(items.attributes(), column.origin()).isEmpty()) {
        changes.add(Kind.ABSENT, column.name(), type(column), type(column));
      }
    }
    for (Column column : evolution.schema().writtenColumns()) {
      Optional<Descriptor> most =
          Unnested.seen(items.attributes(), column.origin()).flatMap(ValueProfile::dominant);
      boolean misfits =
          most.isPresent()
              && column.mapping() instanceof ValueMapping.Scalar scalar
              && scalar.descriptor() != Descriptor.NULL
              && scalar.descriptor() != most.get();
      if (misfits) {
        changes.add(Kind.RETYPED, column.name(), type(column), most.get() + " in most items");
      }
    }
    for (Rescue rescue : evolution.forecast().rescues()) {
      String values =
          rescue.values().entrySet().stream()
              .map(entry -> entry.getValue() + " " + entry.getKey())
              .collect(Collectors.joining(", ", rescue.exact() ? "" : "up to ", ""));
      changes.add(Kind.RESCUED, rescue.path(), null, values);
    }
    return new SchemaDiff(changes.all);
  }

  /** Returns the same, with what changed of how two lake tables are partitioned. */
  public SchemaDiff withPartitions(
      Collection<PartitionColumn> from, Collection<PartitionColumn> to) {
    Changes changes = new Changes();
    changes.all.addAll(this.changes);
    Map<String, String> later = new LinkedHashMap<>();
    to.forEach(column -> later.put(column.name(), column.field().text()));
    for (PartitionColumn column : from) {
      String was = column.field().text();
      String now = later.remove(column.name());
      if (!was.equals(now) && (now != null || derived(column))) {
        changes.add(now == null ? Kind.GONE : Kind.RETYPED, PARTITION + column.name(), was, now);
      }
    }
    to.stream()
        .filter(column -> later.containsKey(column.name()) && derived(column))
        .forEach(
            column ->
                changes.add(Kind.NEW, PARTITION + column.name(), null, column.field().text()));
    return new SchemaDiff(changes.all);
  }

  /** The others are columns in any case, whether their values lie in the path or in the files. */
  private static boolean derived(PartitionColumn column) {
    return column.transform() != PartitionField.Transform.IDENTITY;
  }

  /** Returns the changes that may break a query of the earlier table. */
  public List<Change> breaking() {
    return changes.stream().filter(change -> change.kind().breaks()).toList();
  }

  private static String keys(TableSchema schema) {
    return String.join(", ", KeyAttribute.texts(schema.keys()));
  }

  private static String type(Column column) {
    return column.protection() == Protection.NONE
        ? type(column.mapping())
        : column.protection().key();
  }

  private static String type(ValueMapping mapping) {
    if (mapping instanceof ValueMapping.Scalar scalar) {
      return scalar.type().sql();
    }
    if (mapping instanceof ValueMapping.Sequence sequence) {
      return "array<" + type(sequence.element()) + ">";
    }
    if (mapping instanceof ValueMapping.OpenMap map) {
      return "map<string," + type(map.value()) + ">";
    }
    return mapping instanceof ValueMapping.Struct ? "struct" : JSON_TEXT;
  }

  /** Collects the differences, place by place. */
  private static final class Changes {
    private final List<Change> all = new ArrayList<>();

    void add(Kind kind, String place, String from, String to) {
      all.add(new Change(kind, place, Optional.ofNullable(from), Optional.ofNullable(to)));
    }

    /**
     * What became of a name.
     *
     * @param now null if the attribute is gone
     */
    void name(String place, String now, Set<String> names, Supplier<String> was) {
      String name = place.substring(place.lastIndexOf('.') + 1);
      if (name.equals(now)) {
        return;
      }
      if (now != null) {
        add(Kind.RENAMED, place, name, now);
      } else if (names.contains(name)) {
        add(Kind.REPLACED, place, was.get(), "another attribute");
      } else {
        add(Kind.GONE, place, was.get(), null);
      }
    }

    /** Columns that repeat parts of keys: to queries they are columns as all others. */
    void derived(List<DerivedColumn> from, List<DerivedColumn> to) {
      String type = LakeType.STRING.sql();
      List<String> before = from.stream().map(DerivedColumn::name).toList();
      List<String> after = to.stream().map(DerivedColumn::name).toList();
      before.stream()
          .filter(name -> !after.contains(name))
          .forEach(name -> add(Kind.GONE, name, type, null));
      after.stream()
          .filter(name -> !before.contains(name))
          .forEach(name -> add(Kind.NEW, name, null, type));
    }

    void column(Column from, Column to, boolean sameHashKey) {
      boolean hashed = from.protection() == Protection.HASH_HMAC && !sameHashKey;
      if (from.protection() != to.protection()) {
        add(Kind.PROTECTED, from.name(), type(from), type(to));
      } else if (from.protection() == Protection.NONE) {
        mapping(from.name(), from.mapping(), to.mapping());
      } else if (hashed) {
        add(Kind.PROTECTED, from.name(), type(from), type(to) + " with another key");
      }
    }

    private void mapping(String place, ValueMapping from, ValueMapping to) {
      if (from instanceof ValueMapping.Struct old && to instanceof ValueMapping.Struct now) {
        fields(place, old, now);
      } else if (from instanceof ValueMapping.Sequence old
          && to instanceof ValueMapping.Sequence now) {
        mapping(place + "[]", old.element(), now.element());
      } else if (from instanceof ValueMapping.OpenMap old
          && to instanceof ValueMapping.OpenMap now) {
        mapping(place + "{}", old.value(), now.value());
      } else if (!type(from).equals(type(to)) && !holdsNothing(from, to)) {
        add(kind(from, to), place, type(from), type(to));
      }
    }

    /** What was only ever NULL is a string column without a value, whatever text comes then. */
    private static boolean holdsNothing(ValueMapping from, ValueMapping to) {
      return from.descriptor() == Descriptor.NULL && to instanceof ValueMapping.DynamoJson;
    }

    private static Kind kind(ValueMapping from, ValueMapping to) {
      if (from instanceof ValueMapping.Scalar old && to instanceof ValueMapping.Scalar now) {
        if (SchemaEvolution.holds(now.type(), old.type())) {
          return Kind.WIDENED;
        }
        if (SchemaEvolution.holds(old.type(), now.type())) {
          return Kind.NARROWED;
        }
      }
      return Kind.RETYPED;
    }

    private void fields(String place, ValueMapping.Struct from, ValueMapping.Struct to) {
      Map<String, ValueMapping.Field> later = new LinkedHashMap<>();
      to.fields().forEach(field -> later.put(field.attribute(), field));
      Set<String> names =
          to.fields().stream().map(ValueMapping.Field::name).collect(Collectors.toSet());
      for (ValueMapping.Field field : from.fields()) {
        ValueMapping.Field now = later.remove(field.attribute());
        String inside = place + "." + field.name();
        name(inside, now == null ? null : now.name(), names, () -> type(field.mapping()));
        if (now != null) {
          mapping(inside, field.mapping(), now.mapping());
        }
      }
      for (ValueMapping.Field field : later.values()) {
        add(Kind.NEW, place + "." + field.name(), null, type(field.mapping()));
      }
    }
  }
}
