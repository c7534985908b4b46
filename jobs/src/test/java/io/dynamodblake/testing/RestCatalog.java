package io.dynamodblake.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import org.apache.iceberg.MetadataUpdate;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.apache.iceberg.rest.CatalogHandlers;
import org.apache.iceberg.rest.RESTResponse;
import org.apache.iceberg.rest.RESTSerializers;
import org.apache.iceberg.rest.requests.CreateNamespaceRequest;
import org.apache.iceberg.rest.requests.CreateTableRequest;
import org.apache.iceberg.rest.requests.UpdateTableRequest;
import org.apache.iceberg.rest.responses.ConfigResponse;
import org.apache.iceberg.rest.responses.ErrorResponse;
import org.apache.iceberg.shaded.com.fasterxml.jackson.annotation.JsonAutoDetect;
import org.apache.iceberg.shaded.com.fasterxml.jackson.annotation.PropertyAccessor;
import org.apache.iceberg.shaded.com.fasterxml.jackson.databind.DeserializationFeature;
import org.apache.iceberg.shaded.com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.iceberg.shaded.com.fasterxml.jackson.databind.PropertyNamingStrategies;
import org.apache.spark.sql.SparkSession;

/**
 * A REST catalog of Iceberg: its own handlers of requests, as its test fixture has them, behind a
 * server of the JDK. Like those of AWS it stages no tables and knows no branch but {@code main};
 * when it is told so, it also loses answers, and lets others be quicker.
 */
public final class RestCatalog implements AutoCloseable {
  private static final int BAD_REQUEST = 400;
  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;
  private static final int UNKNOWN = 500;

  private final InMemoryCatalog catalog = new InMemoryCatalog();
  private final ObjectMapper mapper = mapper();
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<String> refused = new ArrayList<>();
  private volatile Predicate<UpdateTableRequest> lost = request -> false;
  private volatile boolean silent;
  private volatile Predicate<UpdateTableRequest> overtaken = request -> false;
  private volatile boolean hasOvertaken;

  private RestCatalog(Path warehouse) throws IOException {
    catalog.initialize("rest", Map.of("warehouse", warehouse.toUri().toString()));
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.setExecutor(threads);
    server.start();
  }

  /** Starts it; tables lie in the folder. */
  public static RestCatalog in(Path warehouse) throws IOException {
    return new RestCatalog(warehouse);
  }

  private static ObjectMapper mapper() {
    ObjectMapper mapper = new ObjectMapper();
    mapper.setVisibility(PropertyAccessor.FIELD, JsonAutoDetect.Visibility.ANY);
    mapper.configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false);
    mapper.setPropertyNamingStrategy(new PropertyNamingStrategies.KebabCaseStrategy());
    RESTSerializers.registerAll(mapper);
    return mapper;
  }

  /** A session that knows it by a name. */
  public SparkSession session(String name) {
    SparkSession session = SparkTest.newSession();
    String key = "spark.sql.catalog." + name;
    session.conf().set(key, "org.apache.iceberg.spark.SparkCatalog");
    session.conf().set(key + ".type", "rest");
    session.conf().set(key + ".uri", "http://127.0.0.1:" + server.getAddress().getPort());
    return session;
  }

  /** A table as the server has it. */
  public Table table(String database, String name) {
    return catalog.loadTable(TableIdentifier.of(database, name));
  }

  /** What it was asked for and does not do. */
  public List<String> refused() {
    return List.copyOf(refused);
  }

  /** Does the next such commit, once, and says that something went wrong. */
  public void loseTheAnswerTo(Predicate<UpdateTableRequest> which) {
    lost = which;
    silent = false;
  }

  /** Does the next such commit, once, and closes the connection without a word. */
  public void hangUpAt(Predicate<UpdateTableRequest> which) {
    lost = which;
    silent = true;
  }

  /** Refuses the next such commit, once, as it does where somebody else was quicker. */
  public void overtakeAt(Predicate<UpdateTableRequest> which) {
    overtaken = which;
    hasOvertaken = false;
  }

  /** Whether there was such a commit. */
  public boolean hasOvertaken() {
    return hasOvertaken;
  }

  /** Whether a commit brings columns. */
  public static boolean evolves(UpdateTableRequest request) {
    return request.updates().stream().anyMatch(MetadataUpdate.AddSchema.class::isInstance);
  }

  /** Whether a commit moves the main branch. */
  public static boolean publishes(UpdateTableRequest request) {
    return request.updates().stream()
        .anyMatch(
            update ->
                update instanceof MetadataUpdate.SetSnapshotRef ref && ref.name().equals("main"));
  }

  /** Whether a commit brings a snapshot. */
  public static boolean stages(UpdateTableRequest request) {
    return request.updates().stream().anyMatch(MetadataUpdate.AddSnapshot.class::isInstance);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] request;
      try (InputStream body = exchange.getRequestBody()) {
        request = body.readAllBytes();
      }
      Answer answer = answer(exchange, request);
      if (answer.status() < 0) {
        return; // hung up
      }
      byte[] bytes = answer.body() == null ? new byte[0] : mapper.writeValueAsBytes(answer.body());
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  private record Answer(int status, RESTResponse body) {
    static Answer of(RESTResponse body) {
      return new Answer(200, body);
    }

    static Answer error(int status, RuntimeException reason) {
      return new Answer(
          status,
          ErrorResponse.builder()
              .responseCode(status)
              .withType(reason.getClass().getSimpleName())
              .withMessage(String.valueOf(reason.getMessage()))
              .build());
    }
  }

  private Answer answer(HttpExchange exchange, byte[] request) throws IOException {
    List<String> path =
        Arrays.stream(exchange.getRequestURI().getRawPath().substring(1).split("/"))
            .map(part -> URLDecoder.decode(part, StandardCharsets.UTF_8))
            .skip(1)
            .toList();
    try {
      return answer(exchange.getRequestMethod(), path, request);
    } catch (NoSuchTableException | NoSuchNamespaceException e) {
      return Answer.error(NOT_FOUND, e);
    } catch (AlreadyExistsException | CommitFailedException e) {
      return Answer.error(CONFLICT, e);
    } catch (RuntimeException e) {
      return Answer.error(BAD_REQUEST, e);
    }
  }

  private Answer answer(String method, List<String> path, byte[] request) throws IOException {
    if (path.equals(List.of("config"))) {
      return Answer.of(ConfigResponse.builder().build());
    }
    if (path.equals(List.of("namespaces"))) {
      return Answer.of(
          CatalogHandlers.createNamespace(
              catalog, mapper.readValue(request, CreateNamespaceRequest.class)));
    }
    Namespace namespace = Namespace.of(path.get(1));
    if (path.size() == 2) {
      return Answer.of(CatalogHandlers.loadNamespace(catalog, namespace));
    }
    if (path.size() == 3) {
      CreateTableRequest create = mapper.readValue(request, CreateTableRequest.class);
      if (create.stageCreate()) {
        refused.add("to stage a table");
        throw new IllegalArgumentException("Stage create is not supported");
      }
      return Answer.of(CatalogHandlers.createTable(catalog, namespace, create));
    }
    TableIdentifier table = TableIdentifier.of(namespace, path.get(3));
    if (path.size() > 4) {
      return new Answer(204, null); // what it took, for statistics
    }
    return switch (method) {
      case "GET" -> Answer.of(CatalogHandlers.loadTable(catalog, table));
      case "DELETE" -> {
        CatalogHandlers.dropTable(catalog, table);
        yield new Answer(204, null);
      }
      default -> update(table, mapper.readValue(request, UpdateTableRequest.class));
    };
  }

  private Answer update(TableIdentifier table, UpdateTableRequest request) {
    for (MetadataUpdate update : request.updates()) {
      if (update instanceof MetadataUpdate.SetSnapshotRef ref
          && ref.type().equals("branch")
          && !ref.name().equals("main")) {
        refused.add("to make branch " + ref.name());
        throw new IllegalArgumentException("Branches are not supported");
      }
    }
    if (overtaken.test(request)) {
      overtaken = other -> false;
      hasOvertaken = true;
      throw new CommitFailedException("Requirement failed: somebody else was quicker");
    }
    RESTResponse done = CatalogHandlers.updateTable(catalog, table, request);
    if (lost.test(request)) {
      lost = other -> false;
      return silent
          ? new Answer(-1, null)
          : Answer.error(UNKNOWN, new IllegalStateException("Internal error"));
    }
    return Answer.of(done);
  }

  @Override
  public void close() throws IOException {
    server.stop(0);
    threads.shutdownNow();
    catalog.close();
  }
}
