package io.dynamodblake.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaId;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import io.dynamodblake.document.JsonDocuments;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * The JSON Schemas of {@code docs/schemas}, and what they say of a document. Readers skip keys that
 * they do not know, so the schemas allow them; {@link #check} does not, because a document of a
 * test has no key that nobody describes.
 */
public final class DocumentSchemas {
  private static final Path FOLDER = Path.of("..", "docs", "schemas");
  private static final String END = ".schema.json";
  private static final String BASE = "https://schemas.invalid/";
  private static final String CLOSED = "additionalProperties";

  private static final SchemaValidatorsConfig CONFIG =
      SchemaValidatorsConfig.builder().formatAssertionsEnabled(true).build();
  private static final Map<String, JsonNode> TREES = trees();
  private static final Judges AS_WRITTEN = new Judges(tree -> tree);
  private static final Judges CLOSED_ONES = new Judges(DocumentSchemas::closed);

  /** Validators of all schemas, each made when it is asked for. */
  private static final class Judges {
    private final JsonSchemaFactory factory;
    private final Map<String, JsonSchema> made = new ConcurrentHashMap<>();

    Judges(UnaryOperator<JsonNode> change) {
      Map<String, String> texts = new TreeMap<>();
      TREES.forEach(
          (name, tree) -> texts.put(BASE + name + END, change.apply(tree.deepCopy()).toString()));
      factory =
          JsonSchemaFactory.getInstance(
              SpecVersion.VersionFlag.V202012,
              builder -> builder.schemaLoaders(loaders -> loaders.schemas(texts)));
    }

    List<String> judge(String location, JsonNode document) {
      return made.computeIfAbsent(location, this::whole).validate(document).stream()
          .map(ValidationMessage::getMessage)
          .toList();
    }

    /** Throws if something that it refers to is missing. */
    private JsonSchema whole(String location) {
      JsonSchema schema = factory.getSchema(SchemaLocation.of(location), CONFIG);
      schema.initializeValidators();
      return schema;
    }
  }

  private DocumentSchemas() {}

  private static Map<String, JsonNode> trees() {
    Map<String, JsonNode> trees = new TreeMap<>();
    try (Stream<Path> files = Files.list(FOLDER)) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        assertThat(name).endsWith(END);
        trees.put(
            name.substring(0, name.length() - END.length()),
            JsonDocuments.parseStrictly(Files.readString(file)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return trees;
  }

  /** Objects whose keys are described get no others. */
  private static JsonNode closed(JsonNode node) {
    node.forEach(DocumentSchemas::closed);
    if (node instanceof ObjectNode object
        && object.path("type").asText().equals("object")
        && object.has("properties")
        && !object.has(CLOSED)
        && !object.has("allOf")) {
      object.put(CLOSED, false);
    }
    return node;
  }

  /** The schemas as they are written, by name. */
  public static Map<String, JsonNode> all() {
    return TREES;
  }

  /** What is wrong with a schema itself. */
  public static List<String> faultsOf(JsonNode schema) {
    return AS_WRITTEN.judge(SchemaId.V202012, schema);
  }

  /** What a schema has against a document. */
  public static List<String> faults(String name, JsonNode document) {
    return AS_WRITTEN.judge(BASE + name + END, document);
  }

  /** Checks that a document is as its schema says, and has no other keys. */
  public static void check(String name, JsonNode document) {
    assertThat(CLOSED_ONES.judge(BASE + name + END, document))
        .as("what docs/schemas/%s%s has against a document", name, END)
        .isEmpty();
  }
}
