package io.dynamodblake.lake;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dynamodblake.document.JsonDocuments;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.schema.TableSchemaJson;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class LakeTableDocTest {
  private final String page;

  LakeTableDocTest() throws Exception {
    page = Files.readString(Path.of("..", "docs", "lake-table.md"));
  }

  @Test
  void theExampleSchemaIsOneAndPrintedAsWePrint() {
    Matcher block = Pattern.compile("```json\n(.*?)```", Pattern.DOTALL).matcher(page);
    assertThat(block.find()).isTrue();

    TableSchema schema = TableSchemaJson.fromJson(block.group(1));

    assertThat(schema.writtenColumns()).hasSize(8);
    assertThat(TableSchemaJson.fromJson(TableSchemaJson.toJson(schema))).isEqualTo(schema);
  }

  @Test
  void everyKeyOfThePointerHasARow() {
    CurrentPointer pointer =
        new CurrentPointer(
            "orders",
            new TableFacts(Optional.of("arn:t"), Optional.of("id"), Optional.of(Instant.EPOCH)),
            PublishedSnapshots.example("e1.1"),
            List.of(PublishedSnapshots.example("e0.1").asEarlier(), EarlierSnapshot.named("e")));
    JsonNode tree = JsonDocuments.parseObject(pointer.toJson()).orElseThrow();

    tree.fieldNames().forEachRemaining(key -> assertThat(page).contains("`" + key + "`"));
    assertThat(CurrentPointer.fromJson(pointer.toJson(), "here")).isEqualTo(pointer);
  }
}
