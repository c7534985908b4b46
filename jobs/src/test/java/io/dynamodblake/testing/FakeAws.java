package io.dynamodblake.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/**
 * An address that answers as the test says, for what no local server of a service does: expired
 * tokens, missing permissions, throttling. It checks no signature.
 */
public final class FakeAws implements AutoCloseable {

  /**
   * What was asked.
   *
   * @param operation such as {@code DescribeTable}, or the action of a form
   * @param authorization the header, which names the access key
   */
  public record Request(
      String operation, String authorization, String token, String userAgent, String body) {}

  /** What to say. */
  public record Answer(int status, String body) {
    /** Success. */
    public static Answer of(String body) {
      return new Answer(200, body);
    }

    /** An error of a service that speaks JSON. */
    public static Answer error(int status, String code, String message) {
      return new Answer(
          status,
          "{\"__type\":\"com.amazonaws.dynamodb.v20120810#%s\",\"message\":\"%s\"}"
              .formatted(code, message));
    }
  }

  /** What STS says to AssumeRole. */
  public static final String ROLE_CREDENTIALS =
      "<AssumeRoleResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><AssumeRoleResult><Credentials>"
          + "<AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>not-a-secret</SecretAccessKey>"
          + "<SessionToken>role-token</SessionToken><Expiration>2100-01-01T00:00:00Z</Expiration></Credentials>"
          + "</AssumeRoleResult></AssumeRoleResponse>";

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Request> requests = new CopyOnWriteArrayList<>();

  private FakeAws(Function<Request, Answer> behaviour) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", exchange -> answer(exchange, behaviour));
    server.setExecutor(threads);
    server.start();
  }

  public static FakeAws answering(Function<Request, Answer> behaviour) throws IOException {
    return new FakeAws(behaviour);
  }

  public URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** Everything that was asked so far. */
  public List<Request> requests() {
    return requests;
  }

  private void answer(HttpExchange exchange, Function<Request, Answer> behaviour)
      throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      Request request =
          new Request(
              operation(exchange, body),
              header(exchange, "Authorization"),
              header(exchange, "X-Amz-Security-Token"),
              header(exchange, "User-Agent"),
              body);
      requests.add(request);
      Answer answer = behaviour.apply(request);
      byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.0");
      exchange.getResponseHeaders().set("x-amzn-RequestId", "test");
      exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  /** In the path, a header or the form, as the protocol of the service has it. */
  private static String operation(HttpExchange exchange, String body) {
    String path = exchange.getRequestURI().getPath();
    if (path.contains("/operation/")) {
      return path.substring(path.lastIndexOf('/') + 1);
    }
    String target = header(exchange, "X-Amz-Target");
    return target.isEmpty()
        ? body.replaceAll("(?s).*\\bAction=(\\w+).*", "$1")
        : target.substring(target.indexOf('.') + 1);
  }

  private static String header(HttpExchange exchange, String name) {
    String value = exchange.getRequestHeaders().getFirst(name);
    return value == null ? "" : value;
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
