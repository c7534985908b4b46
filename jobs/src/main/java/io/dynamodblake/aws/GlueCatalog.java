package io.dynamodblake.aws;

import io.dynamodblake.conf.UsageException;
import io.dynamodblake.ddl.GlueTable;
import io.dynamodblake.ddl.PartitionLayout;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import software.amazon.awssdk.services.glue.GlueClient;
import software.amazon.awssdk.services.glue.model.AlreadyExistsException;
import software.amazon.awssdk.services.glue.model.BatchUpdatePartitionFailureEntry;
import software.amazon.awssdk.services.glue.model.BatchUpdatePartitionRequestEntry;
import software.amazon.awssdk.services.glue.model.ConcurrentModificationException;
import software.amazon.awssdk.services.glue.model.EntityNotFoundException;
import software.amazon.awssdk.services.glue.model.ErrorDetail;
import software.amazon.awssdk.services.glue.model.GetPartitionsRequest;
import software.amazon.awssdk.services.glue.model.GetPartitionsResponse;
import software.amazon.awssdk.services.glue.model.GlueException;
import software.amazon.awssdk.services.glue.model.Partition;
import software.amazon.awssdk.services.glue.model.PartitionError;
import software.amazon.awssdk.services.glue.model.PartitionValueList;
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

  private final GlueClient glue;
  private final ServiceCalls calls;

  /** Keeps the catalog of the account and the region of the clients. */
  public GlueCatalog(AwsClients clients) {
    this(clients.glue(), new ServiceCalls(clients.region(), Pauses.REAL));
  }

  GlueCatalog(GlueClient glue, ServiceCalls calls) {
    this.glue = glue;
    this.calls = calls;
  }

  /**
   * Reckons what registering a table would change, and changes nothing.
   *
   * @throws UsageException if the table is there and was not made by this project, or for another
   *     lake table
   * @throws AwsFailureException if Glue refuses
   */
  public CatalogChange difference(GlueTable wanted) {
    return GlueDifference.between(look(wanted), wanted).change();
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
    for (int attempt = 1; ; attempt++) {
      GlueState there = look(wanted);
      GlueDifference difference = GlueDifference.between(there, wanted);
      Optional<GlueException> conflict = apply(wanted, there, difference);
      if (conflict.isEmpty()) {
        return difference.change();
      }
      if (attempt == ATTEMPTS) {
        throw new AwsFailureException(
            "Cannot %s: somebody else changed it %s times meanwhile; stop the other writer, then run again"
                .formatted(action(wanted), ATTEMPTS),
            conflict.get());
      }
    }
  }

  // ---- looking

  private GlueState look(GlueTable wanted) {
    boolean database = hasDatabase(wanted.database());
    Optional<Table> table = database ? table(wanted) : Optional.empty();
    table.ifPresent(there -> GlueDifference.requireOurs(there, wanted));
    boolean asks = table.map(there -> GlueDifference.needsPartitions(there, wanted)).orElse(false);
    return new GlueState(database, table, asks ? partitions(wanted) : Map.of());
  }

  /**
   * Whether there is a database of this name.
   *
   * @throws AwsFailureException if Glue refuses
   */
  public boolean hasDatabase(String name) {
    return found(
            "read database " + name,
            "glue:GetDatabase",
            () -> glue.getDatabase(request -> request.name(name)).database())
        .isPresent();
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

  // ---- changing; a conflict with somebody else at the same table ends it, to look again

  private Optional<GlueException> apply(
      GlueTable wanted, GlueState there, GlueDifference difference) {
    if (difference.change().createsDatabase()) {
      createDatabase(wanted);
    }
    return applyStep(wanted, there, difference)
        .or(() -> inBatches(difference.added(), PARTITIONS_A_CALL, each -> create(wanted, each)))
        .or(() -> inBatches(difference.moved(), PARTITIONS_A_CALL, each -> move(wanted, each)))
        .or(
            () ->
                inBatches(
                    difference.gone(), DELETED_PARTITIONS_A_CALL, each -> remove(wanted, each)));
  }

  private Optional<GlueException> applyStep(
      GlueTable wanted, GlueState there, GlueDifference difference) {
    TableInput.Builder input = GlueInputs.table(wanted, difference.parameters());
    return switch (difference.step()) {
      case NOTHING -> Optional.empty();
      case CREATE -> create(wanted, input.build());
      case CREATE_ANEW -> drop(wanted).or(() -> create(wanted, input.build()));
      case UPDATE -> update(wanted, there.table().orElseThrow(), input);
    };
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

  private Optional<GlueException> create(GlueTable wanted, TableInput input) {
    return change(
        wanted,
        "glue:CreateTable",
        () ->
            glue.createTable(request -> request.databaseName(wanted.database()).tableInput(input)));
  }

  private Optional<GlueException> drop(GlueTable wanted) {
    return change(
        wanted,
        "glue:DeleteTable",
        () ->
            glue.deleteTable(
                request -> request.databaseName(wanted.database()).name(wanted.name())));
  }

  private Optional<GlueException> update(
      GlueTable wanted, Table there, TableInput.Builder changed) {
    TableInput input =
        changed
            .owner(there.owner())
            .retention(there.retention())
            .lastAccessTime(there.lastAccessTime())
            .lastAnalyzedTime(there.lastAnalyzedTime())
            .build();
    return change(
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

  private Optional<GlueException> create(GlueTable wanted, List<PartitionLayout.Partition> batch) {
    return changeEach(
        wanted,
        "register",
        "glue:BatchCreatePartition",
        () ->
            glue
                .batchCreatePartition(
                    request ->
                        request
                            .databaseName(wanted.database())
                            .tableName(wanted.name())
                            .partitionInputList(
                                batch.stream()
                                    .map(each -> GlueInputs.partition(wanted, each))
                                    .toList()))
                .errors()
                .stream()
                .map(PartitionError::errorDetail)
                .toList());
  }

  private Optional<GlueException> move(GlueTable wanted, List<PartitionLayout.Partition> batch) {
    return changeEach(
        wanted,
        "move",
        "glue:BatchUpdatePartition",
        () ->
            glue
                .batchUpdatePartition(
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
                                                .partitionInput(GlueInputs.partition(wanted, each))
                                                .build())
                                    .toList()))
                .errors()
                .stream()
                .map(BatchUpdatePartitionFailureEntry::errorDetail)
                .toList());
  }

  private Optional<GlueException> remove(GlueTable wanted, List<List<String>> batch) {
    return changeEach(
        wanted,
        "remove",
        "glue:BatchDeletePartition",
        () ->
            glue
                .batchDeletePartition(
                    request ->
                        request
                            .databaseName(wanted.database())
                            .tableName(wanted.name())
                            .partitionsToDelete(
                                batch.stream()
                                    .map(
                                        values ->
                                            PartitionValueList.builder().values(values).build())
                                    .toList()))
                .errors()
                .stream()
                .map(PartitionError::errorDetail)
                .toList());
  }

  private Optional<GlueException> change(GlueTable wanted, String permission, Runnable call) {
    return attempt(
        wanted,
        permission,
        () -> {
          call.run();
          return Optional.empty();
        });
  }

  /**
   * Changes several partitions in one call.
   *
   * @param verb what is done to them, for messages
   * @param call answers with what went wrong, which Glue calls a success
   */
  private Optional<GlueException> changeEach(
      GlueTable wanted, String verb, String permission, Supplier<List<ErrorDetail>> call) {
    return attempt(wanted, permission, () -> conflict(wanted, verb, call.get()));
  }

  /** Makes a call that changes something; all that it throws but a conflict has its explanation. */
  private Optional<GlueException> attempt(
      GlueTable wanted, String permission, Supplier<Optional<GlueException>> call) {
    return calls.call(
        action(wanted),
        permission,
        () -> {
          try {
            return call.get();
          } catch (ConcurrentModificationException | AlreadyExistsException e) {
            return Optional.of(e);
          } catch (EntityNotFoundException e) {
            return Optional.of(meanwhile("gone meanwhile", e));
          }
        });
  }

  private static Optional<GlueException> conflict(
      GlueTable wanted, String verb, List<ErrorDetail> errors) {
    if (errors.isEmpty()) {
      return Optional.empty();
    }
    String first = errors.get(0) == null ? "" : text(errors.get(0).errorCode());
    if (first.equals("AlreadyExistsException") || first.equals("EntityNotFoundException")) {
      return Optional.of(meanwhile(first, null));
    }
    throw new AwsFailureException(
        "Cannot %s %s partitions of table %s: %s; run register again"
            .formatted(verb, errors.size(), shown(wanted), first));
  }

  private static GlueException meanwhile(String what, Throwable cause) {
    return ConcurrentModificationException.builder().message(what).cause(cause).build();
  }

  /** Sends all, until there is a conflict. */
  private static <T> Optional<GlueException> inBatches(
      List<T> all, int size, Function<List<T>, Optional<GlueException>> send) {
    Optional<GlueException> conflict = Optional.empty();
    for (int from = 0; from < all.size() && conflict.isEmpty(); from += size) {
      conflict = send.apply(all.subList(from, Math.min(all.size(), from + size)));
    }
    return conflict;
  }

  private static String text(String text) {
    return text == null ? "" : text;
  }

  private static String action(GlueTable wanted) {
    return "register table " + shown(wanted);
  }

  private static String shown(GlueTable wanted) {
    return GlueDifference.shown(wanted);
  }
}
