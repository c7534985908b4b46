package io.dynamodblake.job.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dynamodblake.job.CapturedTerminal;
import io.dynamodblake.job.DemoInspection;
import io.dynamodblake.job.text.Terminal;
import io.dynamodblake.job.text.TextTable;
import io.dynamodblake.testing.Golden;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class InspectionTest {
  private final Terminal terminal = new CapturedTerminal().terminal();

  private static Inspection folder(String... lines) {
    return DemoInspection.ofFolder(List.of(lines));
  }

  private String text(Inspection inspection, boolean all) {
    return String.join("\n", new InspectionText(inspection, terminal, all).lines()) + "\n";
  }

  @Test
  void demoExportAsText() throws IOException {
    Golden.check("inspect-demo.txt", text(DemoInspection.of(), false));
  }

  @Test
  void demoExportAsJson() throws IOException {
    Golden.check(
        "inspect-demo.json",
        InspectionJson.of(DemoInspection.of(), ShownValues.NONE, Optional.empty()));
  }

  @Test
  void linesFitATerminalOfOneHundredColumns() {
    assertThat(text(DemoInspection.of(), true).lines())
        .allSatisfy(line -> assertThat(TextTable.width(line)).isLessThanOrEqualTo(100));
  }

  @Test
  void exportWithoutManifestSaysThatNobodyCanCheckIt() {
    assertThat(text(folder("{\"Item\":{\"pk\":{\"S\":\"a\"}}}"), false))
        .contains("no manifest: nobody can tell whether the export is complete");
  }

  @Test
  void exportWithoutItemsHasNoTable() {
    assertThat(text(folder(), false)).contains("0 items").doesNotContain("ATTRIBUTE");
    assertThat(InspectionHtml.of(folder(), ShownValues.NONE, Optional.empty()))
        .contains("<b>0</b>items")
        .endsWith("</html>\n");
    assertThat(InspectionJson.of(folder(), ShownValues.NONE, Optional.empty()))
        .contains("\"places\" : [ ]");
  }

  @Test
  void nothingOfAnyTextIsShown() {
    Inspection inspection =
        folder("{\"Item\":{\"pk\":{\"S\":\"topsecret\"},\"b\":{\"B\":\"dG9wc2VjcmV0\"}}}");
    for (String shown :
        List.of(
            text(inspection, true),
            InspectionJson.of(inspection, ShownValues.NONE, Optional.empty()),
            InspectionHtml.of(inspection, ShownValues.NONE, Optional.empty()))) {
      assertThat(shown).doesNotContain("secret").doesNotContain("dG9w");
    }
  }

  @Test
  void namesCannotInjectMarkupOrTerminalCommands() {
    Inspection inspection =
        folder(
            "{\"Item\":{\"pk\":{\"S\":\"a\"},\"<script>alert('x')</script>\":{\"S\":\"a\"},"
                + "\"\\u001b[2Jbell\\u0007\":{\"S\":\"b\"}}}");
    assertThat(InspectionHtml.of(inspection, ShownValues.NONE, Optional.empty()))
        .contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/<wbr>script&gt;")
        .doesNotContain("<script>alert");
    assertThat(text(inspection, true))
        .contains("\\u001b[2Jbell\\u0007")
        .doesNotContain("\u001b", "\u0007");
  }

  @Test
  void htmlNeedsNothingElse() {
    assertThat(InspectionHtml.of(DemoInspection.of(), ShownValues.NONE, Optional.empty()))
        .doesNotContain("http:", "https:", "src=", "url(", "@import")
        .contains("map&lt;<wbr>string,bigint&gt;", "18 S");
  }

  @Test
  void manyAttributesAreCutUnlessAllAreWanted() {
    StringBuilder item = new StringBuilder("{\"Item\":{");
    for (int i = 0; i < 200; i++) {
      item.append(i == 0 ? "" : ",").append("\"a%03d\":{\"N\":\"1\"}".formatted(i));
    }
    Inspection inspection = folder(item + "}}");
    assertThat(text(inspection, false)).contains("… and 120 more rows; --all shows them");
    assertThat(text(inspection, true)).contains("\na199 ").doesNotContain("--all");
  }

  @Test
  void numbersInJsonKeepAllTheirDigits() throws IOException {
    JsonNode tree =
        new ObjectMapper()
            .readTree(
                InspectionJson.of(
                    folder("{\"Item\":{\"n\":{\"N\":\"12345678901234567890123456789012345678\"}}}"),
                    ShownValues.NONE,
                    Optional.empty()));
    JsonNode number = tree.path("places").get(0).path("number");
    assertThat(number.path("max").textValue()).isEqualTo("12345678901234567890123456789012345678");
    assertThat(number.path("significantDigits").intValue()).isEqualTo(38);
  }

  @Test
  void fewNumbersStandInJsonOnlyOnRequest() throws IOException {
    String[] lines =
        IntStream.range(0, 40)
            .mapToObj(i -> "{\"Item\":{\"n\":{\"N\":\"%d\"}}}".formatted(i % 2 + 41))
            .toArray(String[]::new);

    JsonNode hidden = place(InspectionJson.of(folder(lines), ShownValues.NONE, Optional.empty()));
    assertThat(hidden.has("topValues")).isFalse();
    assertThat(hidden.path("histograms").path("numbers").toString())
        .isEqualTo("[{\"from\":40.0,\"below\":48.0,\"count\":40}]");

    JsonNode shown = place(InspectionJson.of(folder(lines), ShownValues.FEW, Optional.empty()));
    assertThat(shown.path("topValues").toString())
        .isEqualTo(
            "[{\"descriptor\":\"N\",\"value\":\"41\",\"count\":20},"
                + "{\"descriptor\":\"N\",\"value\":\"42\",\"count\":20}]");
  }

  private static JsonNode place(String json) throws IOException {
    return new ObjectMapper().readTree(json).path("places").get(0);
  }
}
