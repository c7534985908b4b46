package io.dynamodblake.aws;

import io.dynamodblake.conf.UsageException;
import io.dynamodblake.ddl.AthenaColumn;
import io.dynamodblake.ddl.GlueTable;
import io.dynamodblake.ddl.PartitionLayout;
import io.dynamodblake.ddl.SnapshotFolder;
import io.dynamodblake.ddl.TableDefinition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import software.amazon.awssdk.services.glue.model.Column;
import software.amazon.awssdk.services.glue.model.Table;

/**
 * What keeps the catalog from holding a table as it is wanted. Reckoned from what is there and what
 * is wanted, without a call.
 *
 * @param change the same for people
 * @param step what is to be done to the table itself
 * @param parameters all properties that the table is to have
 * @param added partitions to be registered
 * @param moved partitions that get another folder or other columns
 * @param gone values of partitions that are no longer wanted
 */
record GlueDifference(
    CatalogChange change,
    Step step,
    Map<String, String> parameters,
    List<PartitionLayout.Partition> added,
    List<PartitionLayout.Partition> moved,
    List<List<String>> gone) {

  /** What is to be done to a table, apart from its partitions. */
  enum Step {
    NOTHING,
    CREATE,
    UPDATE,
    /** Drop and create: Glue keeps partitions of the old columns, which the new cannot read. */
    CREATE_ANEW
  }

  private static final Set<String> OUR_PROPERTIES =
      Set.of(
          "storage.location.template",
          "skip.header.line.count",
          "parquet.compression",
          "classification",
          "table_type",
          "metadata_location",
          "previous_metadata_location");

  /**
   * Compares.
   *
   * @throws UsageException as {@link #requireOurs} does
   */
  static GlueDifference between(GlueState there, GlueTable wanted) {
    there.table().ifPresent(table -> requireOurs(table, wanted));
    boolean anew = there.table().map(table -> hasOtherKeys(table, wanted)).orElse(false);
    Map<String, String> parameters =
        there.table().map(table -> merged(table, wanted)).orElseGet(() -> fresh(wanted));
    List<String> differences =
        there.table().map(table -> differences(table, wanted, parameters)).orElse(List.of());

    boolean otherColumns =
        there.table().map(table -> !columns(table).equals(columns(wanted))).orElse(false);
    List<PartitionLayout.Partition> added = new ArrayList<>();
    List<PartitionLayout.Partition> moved = new ArrayList<>();
    Map<List<String>, String> gone = new LinkedHashMap<>(there.partitions());
    for (PartitionLayout.Partition partition : wanted.partitions()) {
      String location = gone.remove(partition.values());
      if (location == null) {
        added.add(partition);
      } else if (otherColumns || !location.equals(partition.location())) {
        moved.add(partition);
      }
    }
    CatalogChange change =
        new CatalogChange(
            wanted.database(),
            wanted.name(),
            !there.database(),
            there.table().isEmpty(),
            differences,
            added.size(),
            moved.size(),
            gone.size());
    return new GlueDifference(
        change, step(change, anew), parameters, added, moved, List.copyOf(gone.keySet()));
  }

  private static Step step(CatalogChange change, boolean anew) {
    if (change.createsTable()) {
      return Step.CREATE;
    }
    if (anew) {
      return Step.CREATE_ANEW;
    }
    return change.differences().isEmpty() ? Step.NOTHING : Step.UPDATE;
  }

  /**
   * Refuses to touch a table of somebody else.
   *
   * @throws UsageException if the table was not made by this project, or for another lake table
   */
  static void requireOurs(Table there, GlueTable wanted) {
    if (!there.hasParameters() || !there.parameters().containsKey(TableDefinition.SNAPSHOT)) {
      throw new UsageException(
          "Cannot register table %s: Glue has a table of that name that dynamodb-lake did not make (it lacks the property %s); choose another --table or --database, or drop it"
              .formatted(shown(wanted), TableDefinition.SNAPSHOT));
    }
    String root = SnapshotFolder.tableOf(location(there));
    if (!root.equals(SnapshotFolder.tableOf(wanted.location()))) {
      throw new UsageException(
          "Cannot register table %s: Glue has that name for the lake table at %s; choose another --table or --database, or drop it"
              .formatted(shown(wanted), root));
    }
  }

  /** Whether the partitions that a table has say anything of what it is to have. */
  static boolean needsPartitions(Table there, GlueTable wanted) {
    return !wanted.partitionKeys().isEmpty() && !hasOtherKeys(there, wanted);
  }

  private static boolean hasOtherKeys(Table there, GlueTable wanted) {
    return !partitionKeys(there).equals(types(wanted.partitionKeys()));
  }

  /** How messages call the table. */
  static String shown(GlueTable wanted) {
    return wanted.database() + "." + wanted.name();
  }

  // ---- one line for each difference

  private static List<String> differences(
      Table there, GlueTable wanted, Map<String, String> parameters) {
    List<String> differences = new ArrayList<>();
    if (hasOtherKeys(there, wanted)) {
      differences.add(
          "partition columns: %s -> %s (the table is created anew)"
              .formatted(names(partitionKeys(there)), names(types(wanted.partitionKeys()))));
    }
    if (!location(there).equals(wanted.location())) {
      differences.add("location: " + location(there) + " -> " + wanted.location());
    }
    addColumns(differences, columns(there), columns(wanted));
    addProperties(differences, new TreeMap<>(there.parameters()), new TreeMap<>(parameters));
    return differences;
  }

  private static void addColumns(
      List<String> differences, Map<String, String> before, Map<String, String> after) {
    before.forEach(
        (name, type) -> {
          if (!after.containsKey(name)) {
            differences.add("column " + name + ": removed");
          } else if (!after.get(name).equals(type)) {
            differences.add("column " + name + ": " + type + " -> " + after.get(name));
          }
        });
    after.forEach(
        (name, type) -> {
          if (!before.containsKey(name)) {
            differences.add("column " + name + ": added, " + type);
          }
        });
    if (differences.isEmpty()
        && !List.copyOf(before.keySet()).equals(List.copyOf(after.keySet()))) {
      differences.add("columns: another order");
    }
  }

  private static void addProperties(
      List<String> differences, Map<String, String> before, Map<String, String> after) {
    after.forEach(
        (key, value) -> {
          if (!value.equals(before.get(key))) {
            differences.add("property " + key + ": " + value);
          }
        });
    before.keySet().stream()
        .filter(key -> !after.containsKey(key))
        .forEach(key -> differences.add("property " + key + ": removed"));
  }

  // ---- what a table has

  private static Map<String, String> fresh(GlueTable wanted) {
    Map<String, String> parameters = new HashMap<>(wanted.parameters());
    parameters.put("EXTERNAL", "TRUE");
    return parameters;
  }

  /** Ours, and those that others have put there; not what an earlier layout of ours has left. */
  private static Map<String, String> merged(Table there, GlueTable wanted) {
    Map<String, String> parameters = new HashMap<>(there.parameters());
    parameters
        .keySet()
        .removeIf(
            key ->
                key.startsWith("projection.")
                    || key.startsWith("dynamodb-lake.")
                    || OUR_PROPERTIES.contains(key));
    parameters.putAll(fresh(wanted));
    return parameters;
  }

  private static Map<String, String> columns(Table table) {
    return table.storageDescriptor() == null
        ? Map.of()
        : typesOf(table.storageDescriptor().columns());
  }

  private static Map<String, String> columns(GlueTable wanted) {
    return types(wanted.columns());
  }

  private static Map<String, String> partitionKeys(Table table) {
    return typesOf(table.partitionKeys());
  }

  private static Map<String, String> typesOf(List<Column> columns) {
    Map<String, String> types = new LinkedHashMap<>();
    columns.forEach(column -> types.put(column.name(), text(column.type())));
    return types;
  }

  private static Map<String, String> types(List<AthenaColumn> columns) {
    Map<String, String> types = new LinkedHashMap<>();
    columns.forEach(column -> types.put(column.name(), column.type()));
    return types;
  }

  private static String names(Map<String, String> columns) {
    return columns.isEmpty() ? "none" : String.join(", ", columns.keySet());
  }

  private static String location(Table table) {
    return table.storageDescriptor() == null ? "" : text(table.storageDescriptor().location());
  }

  private static String text(String text) {
    return text == null ? "" : text;
  }
}
