package io.dynamodblake.testing;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;

/**
 * DynamoDB Local, the emulator by AWS, in memory and in a process of its own: its class path and
 * Spark's do not mix. It knows tables, items and streams; it knows no exports and no imports.
 *
 * <p>Tests share one, {@link #shared()}, and give their tables names that no other test has. Every
 * pair of access key and region has tables of its own.
 */
public final class DynamoDbLocalServer implements AutoCloseable {
  /** The region of {@link #client}. */
  public static final Region REGION = Region.EU_WEST_1;

  /** The access key of {@link #client}; DynamoDB Local takes letters and digits only. */
  public static final String ACCESS_KEY = "test";

  private static final Path CLASS_PATH = BuildFolder.PATH.resolve("dynamodb-local.classpath");
  private static final Duration START_LIMIT = Duration.ofSeconds(90);
  private static final int MOST_PORTS = 5;

  private final ChildProcess process;
  private final URI endpoint;
  private final DynamoDbClient client;

  private DynamoDbLocalServer(ChildProcess process, URI endpoint) {
    this.process = process;
    this.endpoint = endpoint;
    this.client = newClient();
  }

  /** The server of this test run; it ends with the run. Nobody closes it. */
  public static DynamoDbLocalServer shared() {
    return Holder.SERVER;
  }

  /** A server of one's own, to be closed. */
  public static DynamoDbLocalServer start() throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("dynamodb-local");
    List<String> classPath = List.of(Files.readString(CLASS_PATH).split(File.pathSeparator));
    Path libraries = Files.createDirectory(folder.resolve("native"));
    for (String entry : classPath) {
      Path file = Path.of(entry);
      if (!entry.endsWith(".jar")) {
        Files.copy(file, libraries.resolve(file.getFileName()));
      }
    }
    String jars =
        String.join(
            File.pathSeparator,
            classPath.stream().filter(entry -> entry.endsWith(".jar")).toList());
    String errors = "";
    // the server neither takes port 0 nor says which it got, so another may take a free port first
    for (int i = 0; i < MOST_PORTS; i++) {
      int port = freePort();
      ChildProcess process =
          ChildProcess.java(
              folder,
              Map.of("DDB_LOCAL_TELEMETRY", "0"),
              List.of(
                  "-Xmx256m",
                  "-Dsqlite4java.library.path=" + libraries,
                  "-cp",
                  jars,
                  "com.amazonaws.services.dynamodbv2.local.main.ServerRunner",
                  "-inMemory",
                  "-disableTelemetry",
                  "-port",
                  Integer.toString(port)));
      DynamoDbLocalServer server =
          new DynamoDbLocalServer(process, URI.create("http://127.0.0.1:" + port));
      if (server.answers()) {
        return server;
      }
      server.close();
      errors = process.output() + process.errors();
    }
    throw new IllegalStateException("Cannot start DynamoDB Local:\n" + errors);
  }

  /** For {@code endpointOverride}, {@code --endpoint-url} and the like. */
  public URI endpoint() {
    return endpoint;
  }

  /** The server's own client, which it closes itself. */
  public DynamoDbClient client() {
    return client;
  }

  /**
   * Makes a table on demand.
   *
   * @param keys name and type of the partition key, then those of the sort key if there is one
   */
  public void createTable(String name, String... keys) {
    createTable(name, table -> {}, keys);
  }

  /**
   * Makes a table on demand, unless it is changed to be another one.
   *
   * @param keys name and type of the partition key, then those of the sort key if there is one
   */
  public void createTable(
      String name, Consumer<CreateTableRequest.Builder> change, String... keys) {
    List<AttributeDefinition> attributes = new ArrayList<>();
    List<KeySchemaElement> schema = new ArrayList<>();
    for (int i = 0; i < keys.length; i += 2) {
      attributes.add(
          AttributeDefinition.builder().attributeName(keys[i]).attributeType(keys[i + 1]).build());
      schema.add(
          KeySchemaElement.builder()
              .attributeName(keys[i])
              .keyType(i == 0 ? KeyType.HASH : KeyType.RANGE)
              .build());
    }
    CreateTableRequest.Builder request =
        CreateTableRequest.builder()
            .tableName(name)
            .attributeDefinitions(attributes)
            .keySchema(schema)
            .billingMode(BillingMode.PAY_PER_REQUEST);
    change.accept(request);
    client.createTable(request.build());
  }

  /** The environment in which the SDK's default clients find this server's tables. */
  public Map<String, String> environment() {
    return Map.of(
        "AWS_ENDPOINT_URL_DYNAMODB",
        endpoint.toString(),
        "AWS_REGION",
        REGION.id(),
        "AWS_ACCESS_KEY_ID",
        ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY",
        "secret");
  }

  @Override
  public void close() {
    client.close();
    process.close();
  }

  private DynamoDbClient newClient() {
    return DynamoDbClient.builder()
        .endpointOverride(endpoint)
        .region(REGION)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create(ACCESS_KEY, "secret")))
        .httpClientBuilder(Apache5HttpClient.builder())
        .build();
  }

  /** Whether the server, and not whoever else got the port, answers in time. */
  private boolean answers() throws InterruptedException {
    Instant limit = Instant.now().plus(START_LIMIT);
    while (process.isAlive() && Instant.now().isBefore(limit)) {
      try {
        if (process.output().contains("Port:")) {
          client.listTables();
          return process.isAlive();
        }
      } catch (SdkException e) {
        // not yet
      }
      Thread.sleep(50);
    }
    return false;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static final class Holder {
    private static final DynamoDbLocalServer SERVER = started();

    private static DynamoDbLocalServer started() {
      try {
        return start();
      } catch (IOException | InterruptedException e) {
        throw new IllegalStateException("Cannot start DynamoDB Local", e);
      }
    }
  }
}
