package io.dynamodblake.aws;

import io.dynamodblake.conf.UsageException;
import io.dynamodblake.ddl.AthenaColumn;
import io.dynamodblake.ddl.GlueTable;
import io.dynamodblake.ddl.PartitionLayout;
import io.dynamodblake.ddl.TableDefinition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.glue.GlueClient;
import software.amazon.awssdk.services.glue.model.AlreadyExistsException;
import software.amazon.awssdk.services.glue.model.BatchUpdatePartitionFailureEntry;
import software.amazon.awssdk.services.glue.model.BatchUpdatePartitionRequestEntry;
import software.amazon.awssdk.services.glue.model.Column;
import software.amazon.awssdk.services.glue.model.ConcurrentModificationException;
import software.amazon.awssdk.services.glue.model.EntityNotFoundException;
import software.amazon.awssdk.services.glue.model.ErrorDetail;
import software.amazon.awssdk.services.glue.model.GetPartitionsRequest;
import software.amazon.awssdk.services.glue.model.GetPartitionsResponse;
import software.amazon.awssdk.services.glue.model.Partition;
import software.amazon.awssdk.services.glue.model.PartitionError;
import software.amazon.awssdk.services.glue.model.PartitionInput;
import software.amazon.awssdk.services.glue.model.PartitionValueList;
import software.amazon.awssdk.services.glue.model.SerDeInfo;
import software.amazon.awssdk.services.glue.model.StorageDescriptor;
import software.amazon.awssdk.services.glue.model.Table;
import software.amazon.awssdk.services.glue.model.TableInput;

/**
 * Keeps tables of the Glue Data Catalog that this project made, and touches no other. An update
 * names the version it was reckoned from, so that two writers cannot overwrite each other; what
 * others have added to a table (parameters, owner, retention) stays.
 */
public final class GlueCatalog {
  // what the service takes in one call
  private static final int PARTITIONS_A_CALL = 100;
  private static final int DELETED_PARTITIONS_A_CALL = 25;
  private static final int ATTEMPTS = 4;
  private static final String SNAPSHOT_FOLDER = "snapshot=";

  private final GlueClient glue;
  private final ServiceCalls calls;

  public GlueCatalog(AwsClients clients) {
    this(clients.glue(), new ServiceCalls(clients.region(), Pauses.REAL));
  }

  GlueCatalog(GlueClient glue, ServiceCalls calls) {
    this.glue = glue;
    this.calls = calls;
  }

  /**
   * What registering a table would change; changes nothing.
   *
   * @throws UsageException if the table is there and was not made by this project, or for another
   *     lake table
   * @throws AwsFailureException if Glue refuses
   */
  public CatalogChange difference(GlueTable wanted) {
    return look(wanted).change();
  }

  /**
   * Creates or updates the table, and its database if need be. Where the table has registered
   * partitions, readers see some of the old and some of the new ones for a moment; otherwise they
   * see either table.
   *
   * @return what was changed
   * @throws UsageException if the table is there and was not made by this project, or for another
   *     lake table
   * @throws AwsFailureException if Glue refuses, or others change the table again and again
   */
  public CatalogChange register(GlueTable wanted) {
    String action = action(wanted);
    for (int attempt = 1; ; attempt++) {
      State state = look(wanted);
      CatalogChange change = state.change();
      try {
        apply(wanted, state);
        return change;
      } catch (ConcurrentModificationException | AlreadyExistsException e) {
        if (attempt == ATTEMPTS) {
          throw new AwsFailureException(
              "Cannot "
                  + action
                  + ": somebody else changed it "
                  + ATTEMPTS
                  + " times meanwhile; stop the other writer, then run again",
              e);
        }
      }
    }
  }

  /** What there is, and what is to be there. */
  private record State(
      CatalogChange change,
      Optional<Table> table,
      boolean renewed,
      List<PartitionLayout.Partition> added,
      List<PartitionLayout.Partition> moved,
      List<List<String>> gone) {}

  // ---- looking

  private State look(GlueTable wanted) {
    boolean newDatabase = database(wanted).isEmpty();
    Optional<Table> table = newDatabase ? Optional.empty() : table(wanted);
    table.ifPresent(there -> requireOurs(there, wanted));
    List<String> differences = new ArrayList<>();
    boolean renewed = table.isPresent() && !partitionKeys(table.get()).equals(keys(wanted));
    table.ifPresent(there -> differences.addAll(differences(there, wanted, renewed)));

    Map<List<String>, String> registered =
        table.isEmpty() || renewed || wanted.partitionKeys().isEmpty()
            ? Map.of()
            : partitions(wanted);
    List<PartitionLayout.Partition> added = new ArrayList<>();
    List<PartitionLayout.Partition> moved = new ArrayList<>();
    Map<List<String>, String> gone = new LinkedHashMap<>(registered);
    boolean columnsChanged = table.isPresent() && !columns(table.get()).equals(columns(wanted));
    for (PartitionLayout.Partition partition : wanted.partitions()) {
      String location = registered.get(partition.values());
      gone.remove(partition.values());
      if (location == null) {
        added.add(partition);
      } else if (columnsChanged || !location.equals(partition.location())) {
        moved.add(partition);
      }
    }
    CatalogChange change =
        new CatalogChange(
            wanted.database(),
            wanted.name(),
            newDatabase,
            table.isEmpty(),
            differences,
            added.size(),
            moved.size(),
            gone.size());
    return new State(change, table, renewed, added, moved, List.copyOf(gone.keySet()));
  }

  private Optional<String> database(GlueTable wanted) {
    return found(
        "read database " + wanted.database(),
        "glue:GetDatabase",
        () -> glue.getDatabase(request -> request.name(wanted.database())).database().name());
  }

  private Optional<Table> table(GlueTable wanted) {
    return found(
        "read table " + shown(wanted),
        "glue:GetTable",
        () ->
            glue.getTable(request -> request.databaseName(wanted.database()).name(wanted.name()))
                .table());
  }

  private Map<List<String>, String> partitions(GlueTable wanted) {
    Map<List<String>, String> locations = new LinkedHashMap<>();
    String token = null;
    do {
      String next = token;
      GetPartitionsResponse page =
          calls.call(
              "read partitions of table " + shown(wanted),
              "glue:GetPartitions",
              () ->
                  glue.getPartitions(
                      GetPartitionsRequest.builder()
                          .databaseName(wanted.database())
                          .tableName(wanted.name())
                          .excludeColumnSchema(true)
                          .nextToken(next)
                          .build()));
      for (Partition partition : page.partitions()) {
        StorageDescriptor storage = partition.storageDescriptor();
        locations.put(
            List.copyOf(partition.values()), storage == null ? "" : text(storage.location()));
      }
      token = page.nextToken();
    } while (token != null && !token.isEmpty());
    return locations;
  }

  private <T> Optional<T> found(String action, String permission, Supplier<T> call) {
    return calls.call(
        action,
        permission,
        () -> {
          try {
            return Optional.of(call.get());
          } catch (EntityNotFoundException e) {
            return Optional.<T>empty();
          }
        });
  }

  private static void requireOurs(Table there, GlueTable wanted) {
    if (!there.hasParameters() || !there.parameters().containsKey(TableDefinition.SNAPSHOT)) {
      throw new UsageException(
          "Cannot register table "
              + shown(wanted)
              + ": Glue has a table of that name that dynamodb-lake did not make (it lacks the property "
              + TableDefinition.SNAPSHOT
              + "); choose another --table or --database, or drop it");
    }
    String root = root(location(there));
    if (!root.equals(root(wanted.location()))) {
      throw new UsageException(
          "Cannot register table "
              + shown(wanted)
              + ": Glue has that name for the lake table at "
              + root
              + "; choose another --table or --database, or drop it");
    }
  }

  /** Folder of the lake table that a snapshot lies in. */
  private static String root(String location) {
    int snapshot = location.lastIndexOf(SNAPSHOT_FOLDER);
    return snapshot < 0 ? location : location.substring(0, snapshot);
  }

  private static List<String> differences(Table there, GlueTable wanted, boolean renewed) {
    List<String> differences = new ArrayList<>();
    if (renewed) {
      differences.add(
          "partition columns: "
              + names(partitionKeys(there))
              + " -> "
              + names(keys(wanted))
              + " (the table is created anew)");
    }
    if (!location(there).equals(wanted.location())) {
      differences.add("location: " + location(there) + " -> " + wanted.location());
    }
    Map<String, String> before = columns(there);
    Map<String, String> after = columns(wanted);
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
        && !new ArrayList<>(before.keySet()).equals(new ArrayList<>(after.keySet()))) {
      differences.add("columns: another order");
    }
    Map<String, String> parameters = new TreeMap<>(there.parameters());
    new TreeMap<>(merged(there, wanted))
        .forEach(
            (key, value) -> {
              if (!value.equals(parameters.get(key))) {
                differences.add("property " + key + ": " + value);
              }
            });
    parameters.keySet().stream()
        .filter(key -> !merged(there, wanted).containsKey(key))
        .forEach(key -> differences.add("property " + key + ": removed"));
    return differences;
  }

  // ---- changing

  private void apply(GlueTable wanted, State state) {
    if (state.change().createsDatabase()) {
      createDatabase(wanted);
    }
    if (state.table().isEmpty()) {
      create(wanted, Map.of());
    } else if (state.renewed()) {
      // Glue keeps the partitions of the old columns, which the new ones cannot read
      change(
          wanted,
          "glue:DeleteTable",
          () ->
              glue.deleteTable(
                  request -> request.databaseName(wanted.database()).name(wanted.name())));
      create(wanted, merged(state.table().get(), wanted));
    } else if (!state.change().differences().isEmpty()) {
      update(wanted, state.table().get());
    }
    inBatches(state.added(), PARTITIONS_A_CALL, batch -> createPartitions(wanted, batch));
    inBatches(state.moved(), PARTITIONS_A_CALL, batch -> movePartitions(wanted, batch));
    inBatches(state.gone(), DELETED_PARTITIONS_A_CALL, batch -> deletePartitions(wanted, batch));
  }

  private void createDatabase(GlueTable wanted) {
    calls.call(
        "create database " + wanted.database(),
        "glue:CreateDatabase",
        () -> {
          try {
            return Optional.of(
                glue.createDatabase(
                    request -> request.databaseInput(input -> input.name(wanted.database()))));
          } catch (AlreadyExistsException e) {
            return Optional.empty(); // somebody else was faster, and it is the same
          }
        });
  }

  private void create(GlueTable wanted, Map<String, String> parameters) {
    TableInput input = input(wanted, parameters.isEmpty() ? fresh(wanted) : parameters).build();
    change(
        wanted,
        "glue:CreateTable",
        () ->
            glue.createTable(request -> request.databaseName(wanted.database()).tableInput(input)));
  }

  private void update(GlueTable wanted, Table there) {
    TableInput input =
        input(wanted, merged(there, wanted))
            .owner(there.owner())
            .retention(there.retention())
            .lastAccessTime(there.lastAccessTime())
            .lastAnalyzedTime(there.lastAnalyzedTime())
            .build();
    change(
        wanted,
        "glue:UpdateTable",
        () ->
            glue.updateTable(
                request ->
                    request
                        .databaseName(wanted.database())
                        .tableInput(input)
                        // earlier snapshots are in the lake; Glue's own versions are counted
                        .skipArchive(true)
                        .versionId(there.versionId())));
  }

  private void createPartitions(GlueTable wanted, List<PartitionLayout.Partition> batch) {
    List<PartitionError> errors =
        change(
                wanted,
                "glue:BatchCreatePartition",
                () ->
                    glue.batchCreatePartition(
                        request ->
                            request
                                .databaseName(wanted.database())
                                .tableName(wanted.name())
                                .partitionInputList(
                                    batch.stream().map(each -> input(wanted, each)).toList())))
            .errors();
    refuse(wanted, "register", errors.stream().map(PartitionError::errorDetail).toList());
  }

  private void movePartitions(GlueTable wanted, List<PartitionLayout.Partition> batch) {
    List<BatchUpdatePartitionFailureEntry> errors =
        change(
                wanted,
                "glue:BatchUpdatePartition",
                () ->
                    glue.batchUpdatePartition(
                        request ->
                            request
                                .databaseName(wanted.database())
                                .tableName(wanted.name())
                                .entries(
                                    batch.stream()
                                        .map(
                                            each ->
                                                BatchUpdatePartitionRequestEntry.builder()
                                                    .partitionValueList(each.values())
                                                    .partitionInput(input(wanted, each))
                                                    .build())
                                        .toList())))
            .errors();
    refuse(
        wanted,
        "move",
        errors.stream().map(BatchUpdatePartitionFailureEntry::errorDetail).toList());
  }

  private void deletePartitions(GlueTable wanted, List<List<String>> batch) {
    List<PartitionError> errors =
        change(
                wanted,
                "glue:BatchDeletePartition",
                () ->
                    glue.batchDeletePartition(
                        request ->
                            request
                                .databaseName(wanted.database())
                                .tableName(wanted.name())
                                .partitionsToDelete(
                                    batch.stream()
                                        .map(
                                            values ->
                                                PartitionValueList.builder().values(values).build())
                                        .toList())))
            .errors();
    refuse(wanted, "remove", errors.stream().map(PartitionError::errorDetail).toList());
  }

  /** Glue answers with success and a list of what failed. */
  private static void refuse(GlueTable wanted, String verb, List<ErrorDetail> errors) {
    if (errors.isEmpty()) {
      return;
    }
    String first = errors.get(0) == null ? "" : text(errors.get(0).errorCode());
    if (first.equals("AlreadyExistsException") || first.equals("EntityNotFoundException")) {
      // somebody else is at the same table: look again
      throw ConcurrentModificationException.builder().message(first).build();
    }
    throw new AwsFailureException(
        "Cannot "
            + verb
            + " "
            + errors.size()
            + " partitions of table "
            + shown(wanted)
            + ": "
            + first
            + "; run register again");
  }

  private <T> T change(GlueTable wanted, String permission, Supplier<T> call) {
    // conflicts are looked at by the caller, everything else has its explanation
    Object outcome =
        calls.call(
            action(wanted),
            permission,
            () -> {
              try {
                return call.get();
              } catch (ConcurrentModificationException | AlreadyExistsException e) {
                return e;
              } catch (EntityNotFoundException e) {
                return ConcurrentModificationException.builder()
                    .message("gone meanwhile")
                    .cause(e)
                    .build();
              }
            });
    if (outcome instanceof SdkException conflict) {
      throw conflict;
    }
    @SuppressWarnings("unchecked")
    T result = (T) outcome;
    return result;
  }

  private interface Batch<T> {
    void send(List<T> batch);
  }

  private static <T> void inBatches(List<T> all, int size, Batch<T> call) {
    for (int from = 0; from < all.size(); from += size) {
      call.send(all.subList(from, Math.min(all.size(), from + size)));
    }
  }

  // ---- how Glue writes things

  private static TableInput.Builder input(GlueTable wanted, Map<String, String> parameters) {
    return TableInput.builder()
        .name(wanted.name())
        .description(wanted.comment())
        .tableType("EXTERNAL_TABLE")
        .parameters(parameters)
        .partitionKeys(wanted.partitionKeys().stream().map(GlueCatalog::column).toList())
        .storageDescriptor(storage(wanted, wanted.location()));
  }

  private static PartitionInput input(GlueTable wanted, PartitionLayout.Partition partition) {
    return PartitionInput.builder()
        .values(partition.values())
        .storageDescriptor(storage(wanted, partition.location()))
        .build();
  }

  private static StorageDescriptor storage(GlueTable wanted, String location) {
    return StorageDescriptor.builder()
        .columns(wanted.columns().stream().map(GlueCatalog::column).toList())
        .location(location)
        .inputFormat(wanted.inputFormat())
        .outputFormat(wanted.outputFormat())
        .compressed(false)
        .numberOfBuckets(-1)
        .storedAsSubDirectories(false)
        .serdeInfo(
            SerDeInfo.builder()
                .serializationLibrary(wanted.serde())
                .parameters(wanted.serdeParameters())
                .build())
        .build();
  }

  private static Column column(AthenaColumn column) {
    return Column.builder()
        .name(column.name())
        .type(column.type())
        .comment(column.comment().isEmpty() ? null : column.comment())
        .build();
  }

  private static Map<String, String> fresh(GlueTable wanted) {
    Map<String, String> parameters = new HashMap<>(wanted.parameters());
    parameters.put("EXTERNAL", "TRUE");
    return parameters;
  }

  /** Ours, and those that others have put there; not what an earlier layout of ours has left. */
  private static Map<String, String> merged(Table there, GlueTable wanted) {
    Map<String, String> parameters = new HashMap<>();
    there
        .parameters()
        .forEach(
            (key, value) -> {
              boolean ours =
                  key.startsWith("projection.")
                      || key.startsWith("dynamodb-lake.")
                      || key.equals("storage.location.template")
                      || key.equals("skip.header.line.count")
                      || key.equals("parquet.compression");
              if (!ours) {
                parameters.put(key, value);
              }
            });
    parameters.putAll(fresh(wanted));
    return parameters;
  }

  private static Map<String, String> columns(Table table) {
    Map<String, String> columns = new LinkedHashMap<>();
    if (table.storageDescriptor() != null) {
      table
          .storageDescriptor()
          .columns()
          .forEach(column -> columns.put(column.name(), text(column.type())));
    }
    return columns;
  }

  private static Map<String, String> columns(GlueTable wanted) {
    Map<String, String> columns = new LinkedHashMap<>();
    wanted.columns().forEach(column -> columns.put(column.name(), column.type()));
    return columns;
  }

  private static Map<String, String> partitionKeys(Table table) {
    Map<String, String> columns = new LinkedHashMap<>();
    table.partitionKeys().forEach(column -> columns.put(column.name(), text(column.type())));
    return columns;
  }

  private static Map<String, String> keys(GlueTable wanted) {
    Map<String, String> columns = new LinkedHashMap<>();
    wanted.partitionKeys().forEach(column -> columns.put(column.name(), column.type()));
    return columns;
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

  private static String action(GlueTable wanted) {
    return "register table " + shown(wanted);
  }

  private static String shown(GlueTable wanted) {
    return wanted.database() + "." + wanted.name();
  }
}
