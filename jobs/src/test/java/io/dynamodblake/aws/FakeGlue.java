package io.dynamodblake.aws;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.glue.GlueClient;
import software.amazon.awssdk.services.glue.model.AlreadyExistsException;
import software.amazon.awssdk.services.glue.model.BatchCreatePartitionRequest;
import software.amazon.awssdk.services.glue.model.BatchCreatePartitionResponse;
import software.amazon.awssdk.services.glue.model.BatchDeletePartitionRequest;
import software.amazon.awssdk.services.glue.model.BatchDeletePartitionResponse;
import software.amazon.awssdk.services.glue.model.BatchUpdatePartitionRequest;
import software.amazon.awssdk.services.glue.model.BatchUpdatePartitionResponse;
import software.amazon.awssdk.services.glue.model.ConcurrentModificationException;
import software.amazon.awssdk.services.glue.model.CreateDatabaseRequest;
import software.amazon.awssdk.services.glue.model.CreateDatabaseResponse;
import software.amazon.awssdk.services.glue.model.CreateTableRequest;
import software.amazon.awssdk.services.glue.model.CreateTableResponse;
import software.amazon.awssdk.services.glue.model.DeleteTableRequest;
import software.amazon.awssdk.services.glue.model.DeleteTableResponse;
import software.amazon.awssdk.services.glue.model.EntityNotFoundException;
import software.amazon.awssdk.services.glue.model.GetDatabaseRequest;
import software.amazon.awssdk.services.glue.model.GetDatabaseResponse;
import software.amazon.awssdk.services.glue.model.GetPartitionsRequest;
import software.amazon.awssdk.services.glue.model.GetPartitionsResponse;
import software.amazon.awssdk.services.glue.model.GetTableRequest;
import software.amazon.awssdk.services.glue.model.GetTableResponse;
import software.amazon.awssdk.services.glue.model.GlueException;
import software.amazon.awssdk.services.glue.model.Partition;
import software.amazon.awssdk.services.glue.model.PartitionError;
import software.amazon.awssdk.services.glue.model.PartitionInput;
import software.amazon.awssdk.services.glue.model.Table;
import software.amazon.awssdk.services.glue.model.TableInput;
import software.amazon.awssdk.services.glue.model.UpdateTableRequest;
import software.amazon.awssdk.services.glue.model.UpdateTableResponse;

/** One database's worth of a Glue Data Catalog in memory, as strict as the service is. */
final class FakeGlue implements GlueClient {
  final List<String> calls = new ArrayList<>();
  final List<String> databases = new ArrayList<>();
  final Map<String, Table> tables = new LinkedHashMap<>();
  final Map<List<String>, Partition> partitions = new LinkedHashMap<>();

  /** Run once before the next change of a table, as somebody else would. */
  Runnable meanwhile = () -> {};

  /** The action that is not allowed; empty for none. */
  String denied = "";

  @Override
  public String serviceName() {
    return "glue";
  }

  @Override
  public void close() {}

  @Override
  public GetDatabaseResponse getDatabase(GetDatabaseRequest request) {
    called("GetDatabase");
    if (!databases.contains(request.name())) {
      throw missing();
    }
    return GetDatabaseResponse.builder().database(found -> found.name(request.name())).build();
  }

  @Override
  public CreateDatabaseResponse createDatabase(CreateDatabaseRequest request) {
    called("CreateDatabase");
    databases.add(request.databaseInput().name());
    return CreateDatabaseResponse.builder().build();
  }

  @Override
  public GetTableResponse getTable(GetTableRequest request) {
    called("GetTable");
    Table table = tables.get(request.name());
    if (table == null) {
      throw missing();
    }
    return GetTableResponse.builder().table(table).build();
  }

  @Override
  public CreateTableResponse createTable(CreateTableRequest request) {
    called("CreateTable");
    interfere();
    if (tables.containsKey(request.tableInput().name())) {
      throw AlreadyExistsException.builder().message("Table already exists").build();
    }
    put(request.tableInput(), 0);
    return CreateTableResponse.builder().build();
  }

  @Override
  public UpdateTableResponse updateTable(UpdateTableRequest request) {
    called("UpdateTable");
    interfere();
    Table there = tables.get(request.tableInput().name());
    if (!there.versionId().equals(request.versionId())) {
      throw ConcurrentModificationException.builder().message("Update table failed").build();
    }
    put(request.tableInput(), Integer.parseInt(there.versionId()) + 1);
    return UpdateTableResponse.builder().build();
  }

  @Override
  public DeleteTableResponse deleteTable(DeleteTableRequest request) {
    called("DeleteTable");
    tables.remove(request.name());
    partitions.clear();
    return DeleteTableResponse.builder().build();
  }

  @Override
  public GetPartitionsResponse getPartitions(GetPartitionsRequest request) {
    called("GetPartitions");
    List<Partition> all = new ArrayList<>(partitions.values());
    int from = request.nextToken() == null ? 0 : Integer.parseInt(request.nextToken());
    int to = Math.min(all.size(), from + 100);
    return GetPartitionsResponse.builder()
        .partitions(all.subList(from, to))
        .nextToken(to < all.size() ? String.valueOf(to) : null)
        .build();
  }

  @Override
  public BatchCreatePartitionResponse batchCreatePartition(BatchCreatePartitionRequest request) {
    called("BatchCreatePartition");
    atMost(100, request.partitionInputList().size());
    List<PartitionError> errors = new ArrayList<>();
    for (PartitionInput input : request.partitionInputList()) {
      if (partitions.containsKey(input.values())) {
        errors.add(
            PartitionError.builder()
                .partitionValues(input.values())
                .errorDetail(detail -> detail.errorCode("AlreadyExistsException"))
                .build());
      } else {
        put(input);
      }
    }
    return BatchCreatePartitionResponse.builder().errors(errors).build();
  }

  @Override
  public BatchUpdatePartitionResponse batchUpdatePartition(BatchUpdatePartitionRequest request) {
    called("BatchUpdatePartition");
    atMost(100, request.entries().size());
    request.entries().forEach(entry -> put(entry.partitionInput()));
    return BatchUpdatePartitionResponse.builder().build();
  }

  @Override
  public BatchDeletePartitionResponse batchDeletePartition(BatchDeletePartitionRequest request) {
    called("BatchDeletePartition");
    atMost(25, request.partitionsToDelete().size());
    request.partitionsToDelete().forEach(list -> partitions.remove(list.values()));
    return BatchDeletePartitionResponse.builder().build();
  }

  void put(TableInput input, int version) {
    tables.put(
        input.name(),
        Table.builder()
            .name(input.name())
            .description(input.description())
            .owner(input.owner())
            .retention(input.retention())
            .tableType(input.tableType())
            .parameters(input.parameters())
            .partitionKeys(input.partitionKeys())
            .storageDescriptor(input.storageDescriptor())
            .versionId(String.valueOf(version))
            .build());
  }

  /** A change of the table by somebody else. */
  void touch(String name) {
    Table there = tables.get(name);
    tables.put(
        name,
        there.toBuilder()
            .versionId(String.valueOf(Integer.parseInt(there.versionId()) + 1))
            .build());
  }

  private void put(PartitionInput input) {
    partitions.put(
        input.values(),
        Partition.builder()
            .values(input.values())
            .storageDescriptor(input.storageDescriptor())
            .build());
  }

  private void called(String operation) {
    calls.add(operation);
    if (denied.equals(operation)) {
      throw GlueException.builder()
          .statusCode(400)
          .awsErrorDetails(
              AwsErrorDetails.builder()
                  .errorCode("AccessDeniedException")
                  .errorMessage("User is not authorized")
                  .build())
          .build();
    }
  }

  private void interfere() {
    Runnable once = meanwhile;
    meanwhile = () -> {};
    once.run();
  }

  private static void atMost(int limit, int size) {
    if (size == 0 || size > limit) {
      throw new IllegalArgumentException(size + " partitions in one call");
    }
  }

  private static EntityNotFoundException missing() {
    return EntityNotFoundException.builder().message("Entity Not Found").build();
  }
}
