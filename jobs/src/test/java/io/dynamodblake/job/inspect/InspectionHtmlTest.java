package io.dynamodblake.job.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamodblake.job.DemoInspection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class InspectionHtmlTest {
  /** The page of items with one attribute {@code a}. */
  private static String page(ShownValues shown, int items, IntFunction<String> value) {
    return InspectionHtml.of(
        DemoInspection.ofFolder(
            IntStream.range(0, items)
                .mapToObj(i -> "{\"Item\":{\"a\":" + value.apply(i) + "}}")
                .toList()),
        shown,
        Optional.empty());
  }

  private static List<String> alerts(int items, IntFunction<String> value) {
    return Pattern.compile("<h3>([^<]*): \\d")
        .matcher(page(ShownValues.NONE, items, value))
        .results()
        .map(found -> found.group(1))
        .toList();
  }

  private static IntFunction<String> text(IntFunction<String> text) {
    return i -> "{\"S\":\"" + text.apply(i) + "\"}";
  }

  private static IntFunction<String> number(IntFunction<Object> number) {
    return i -> "{\"N\":\"" + number.apply(i) + "\"}";
  }

  @Test
  void whatTextReallyIsIsWorthKnowing() {
    assertThat(alerts(200, text(i -> "" + i * 7))).containsExactly("numbers as text");
    assertThat(alerts(200, text(i -> i % 2 == 0 ? "true" : "False")))
        .containsExactly("booleans as text");
    assertThat(alerts(200, text(i -> "2026-01-%02dT00:00:00+01:00".formatted(i % 28 + 1))))
        .containsExactly("times as text");
    assertThat(alerts(200, text(i -> "{}"))).containsExactly("JSON as text");
    assertThat(alerts(200, text(i -> "id-" + i))).containsExactly("near-unique text");
    assertThat(alerts(200, text(i -> "%05d".formatted(i % 50)))).isEmpty();
  }

  @Test
  void oneTextInTenThatDoesNotFitIsTooMuch() {
    assertThat(alerts(200, text(i -> i % 10 == 0 ? "x" : "2026-01-01"))).isEmpty();
    assertThat(alerts(200, text(i -> i % 100 == 0 ? "x" : "2026-01-01")))
        .containsExactly("times as text");
  }

  @Test
  void numbersThatCouldBeMomentsAreWorthKnowing() {
    assertThat(alerts(9, number(i -> 1_731_900_000L + i))).containsExactly("times as numbers");
    assertThat(alerts(9, number(i -> 1_731_900_000_000L + i))).containsExactly("times as numbers");
    assertThat(alerts(9, number(i -> 1_731_900_000_000_000L + i)))
        .containsExactly("times as numbers");
    assertThat(alerts(9, number(i -> 1_731_900_000L))).isEmpty();
    assertThat(alerts(9, number(i -> i))).isEmpty();
    assertThat(alerts(9, number(i -> i == 0 ? "1731900000.5" : 1_731_900_000L + i))).isEmpty();
  }

  @Test
  void typesThatAreMixedAndMostlyNullAreWorthKnowing() {
    assertThat(alerts(10, i -> i == 0 ? "{\"S\":\"x\"}" : "{\"N\":\"1\"}"))
        .containsExactly("mixed types");
    assertThat(alerts(10, i -> i < 5 ? "{\"NULL\":true}" : "{\"N\":\"1\"}"))
        .containsExactly("mostly NULL");
    assertThat(alerts(10, i -> i < 4 ? "{\"NULL\":true}" : "{\"N\":\"1\"}")).isEmpty();
  }

  @Test
  void mapsWhoseKeysAreDataAreWorthKnowing() {
    assertThat(alerts(101, i -> "{\"M\":{\"k" + i + "\":{\"BOOL\":true}}}"))
        .containsExactly("open keys");
  }

  @Test
  void anItemNearTheLimitIsWorthKnowing() {
    assertThat(page(ShownValues.NONE, 1, text(i -> "x".repeat(380_000))))
        .contains("near the 400 KB limit");
    assertThat(page(ShownValues.NONE, 1, text(i -> "x".repeat(360_000))))
        .doesNotContain("near the 400 KB limit");
  }

  @Test
  void everyAlertLinksToARowThatIsThere() {
    String page = InspectionHtml.of(DemoInspection.of(), ShownValues.NONE, Optional.empty());
    List<String> targets =
        Pattern.compile("href=\"#(p\\d+)\"").matcher(page).results().map(m -> m.group(1)).toList();

    assertThat(targets).isNotEmpty();
    assertThat(targets).allSatisfy(id -> assertThat(page).contains("<details id=\"" + id + "\""));
  }

  @Test
  void fewValuesAreShownOnlyOnRequest() {
    IntFunction<String> states = text(i -> i % 3 == 0 ? "<b>open" : "paid");
    assertThat(page(ShownValues.NONE, 100, states)).doesNotContain("paid");
    assertThat(page(ShownValues.FEW, 100, states))
        .contains("“paid”</bdi></th><td class=\"n\">66</td>")
        .contains("“&lt;b&gt;open”</bdi></th><td class=\"n\">34</td>");
    assertThat(page(ShownValues.FEW, 100, number(i -> i % 2 == 0 ? "2.50" : "7")))
        .contains("<bdi>2.5</bdi></th><td class=\"n\">50</td>");
    assertThat(page(ShownValues.FEW, 100, i -> "{\"BOOL\":" + (i < 30) + "}"))
        .contains("<bdi>true</bdi></th><td class=\"n\">30</td>");
  }

  @Test
  void valuesThatAreManyOrSeldomRepeatedAreNeverShown() {
    assertThat(page(ShownValues.FEW, 100, text(i -> "secret" + i % 21))).doesNotContain("secret");
    assertThat(page(ShownValues.FEW, 39, text(i -> "secret" + i % 4))).doesNotContain("secret");
    assertThat(page(ShownValues.FEW, 40, text(i -> "secret" + i % 4))).contains("“secret0”");
    assertThat(page(ShownValues.FEW, 40, text(i -> "secret".repeat(11)))).doesNotContain("secret");
  }

  @Test
  void numbersThatOneDoubleStandsForAreNotShownAsOneValue() {
    assertThat(
            page(
                ShownValues.FEW,
                40,
                number(i -> i % 2 == 0 ? "9007199254740993" : "9007199254740992")))
        .doesNotContain("<caption>values");
  }

  @Test
  void valuesThatALakeTableHidesAreNeverShown() {
    Inspection inspection =
        DemoInspection.ofFolder(
            IntStream.range(0, 40)
                .mapToObj(
                    i ->
                        "{\"Item\":{\"a\":{\"M\":{\"b\":{\"S\":\"secret\"}}},\"c\":{\"S\":\"open\"}}}")
                .toList());
    ProfiledItems lake =
        new ProfiledItems(
            "lake table", "lake", Optional.empty(), inspection.profile(), Map.of("a", "hashed"));
    Optional<Against> against = Optional.of(Against.of(ProfiledItems.of(inspection), lake));

    assertThat(InspectionHtml.of(inspection, ShownValues.FEW, against))
        .contains("“open”")
        .doesNotContain("secret");
    assertThat(InspectionJson.of(inspection, ShownValues.FEW, against)).doesNotContain("secret");
  }

  @Test
  void noNameAndNoValueBecomesMarkup() {
    List<String> names =
        List.of(
            "<script>alert(1)</script>",
            "</style></script><img src=x onerror=alert(1)>",
            "\\\" onmouseover=\\\"alert(1)",
            "' autofocus onfocus='alert(1)",
            "<!--",
            "]]>",
            "javascript:alert(1)",
            "\\u202egnp.exe",
            "\\u0000\\u0007\\u001b[2J",
            "\\u05e9\\u05dc\\u05d5\\u05dd",
            "line\\nbreak");
    StringBuilder fields = new StringBuilder("\"pk\":{\"S\":\"x\"}");
    names.forEach(
        name ->
            fields.append(",\"%s\":{\"M\":{\"%s\":{\"S\":\"%s\"}}}".formatted(name, name, name)));
    String page =
        InspectionHtml.of(
            DemoInspection.ofFolder(Collections.nCopies(20, "{\"Item\":{" + fields + "}}")),
            ShownValues.FEW,
            Optional.empty());
    String body = page.substring(page.indexOf("<body>"), page.indexOf("<script>"));

    assertThat(Pattern.compile("<[^>]*>").matcher(body).results().map(MatchResult::group))
        .allMatch(
            tag ->
                tag.matches(
                    "</?(body|main|h[1-3]|p|b|bdi|br|code|div|section|ul|li|a|form|label|input|select"
                        + "|option|button|output|span|details|summary|em|u|small|wbr|figure|figcaption"
                        + "|svg|path|table|caption|tr|th|td)( [-a-zA-Z]+(=\"[^\"<>]*\")?)*>"));
    assertThat(Pattern.compile(" ([-a-zA-Z]+)=\"").matcher(body).results().map(m -> m.group(1)))
        .doesNotContain("onmouseover", "onfocus", "onerror", "src");
    assertThat(page).doesNotContain("\u202e", "\u0000", "\u0007", "\u001b");
  }

  @Test
  void nestingAsDeepAsDynamoDbAllowsIsShown() {
    String value = "{\"N\":\"1\"}";
    for (int i = 31; i >= 1; i--) {
      value = "{\"M\":{\"level%d\":%s}}".formatted(i, value);
    }
    String deepest = value;

    assertThat(page(ShownValues.NONE, 1, i -> deepest)).contains("<bdi>level31</bdi>");
  }

  @Test
  void aNumberOfManyDigitsIsCutInItsRowAndWholeInside() {
    String digits = "1234567890".repeat(3) + "12345678";
    String page = page(ShownValues.NONE, 1, number(i -> digits));

    assertThat(page).contains("<span>1.2346E+37 (38 digits)</span>").contains(digits + " …");
  }

  @Test
  void namesBreakBetweenTheirWordsOnly() {
    Inspection inspection =
        DemoInspection.ofFolder(
            List.of(
                "{\"Item\":{\"country\":{\"N\":\"1\"},\"aLongNameOf_manyParts.inIt\":{\"N\":\"1.5\"}}}"));

    assertThat(InspectionHtml.of(inspection, ShownValues.NONE, Optional.empty()))
        .contains("<bdi>country</bdi>")
        .contains("<bdi>a<wbr>Long<wbr>Name<wbr>Of_<wbr>many<wbr>Parts.<wbr>in<wbr>It</bdi>");
  }

  @Test
  void aNameThatIsEndlessIsCut() {
    Inspection inspection =
        DemoInspection.ofFolder(
            List.of("{\"Item\":{\"" + "n".repeat(60_000) + "\":{\"N\":\"1\"}}}"));

    assertThat(InspectionHtml.of(inspection, ShownValues.NONE, Optional.empty()))
        .contains("n… (60,000 characters)")
        .hasSizeLessThan(30_000);
  }

  @Test
  void thePolicyNamesTheScriptThatIsThere() throws Exception {
    String page = InspectionHtml.of(DemoInspection.of(), ShownValues.NONE, Optional.empty());
    String script = page.substring(page.indexOf("<script>") + 8, page.indexOf("</script>"));
    byte[] digest =
        java.security.MessageDigest.getInstance("SHA-256").digest(script.getBytes("UTF-8"));

    assertThat(page)
        .contains("script-src &#39;sha256-" + java.util.Base64.getEncoder().encodeToString(digest));
    assertThat(page.indexOf("<script>")).isEqualTo(page.lastIndexOf("<script"));
    assertThat(script).doesNotContain("http", "fetch", "innerHTML", "eval");
  }

  @Test
  void fiveThousandAttributesAreLessThanFiveMegabytes() {
    StringBuilder first = new StringBuilder("{\"Item\":{\"pk\":{\"S\":\"a\"}");
    StringBuilder second = new StringBuilder("{\"Item\":{\"pk\":{\"S\":\"b\"}");
    for (int i = 1; i < 5_000; i++) {
      first.append(",\"attributeNumber_%04d\":{\"N\":\"%d\"}".formatted(i, i));
      second.append(",\"attributeNumber_%04d\":{\"N\":\"%d.5\"}".formatted(i, i * 7));
    }
    String page =
        InspectionHtml.of(
            DemoInspection.ofFolder(List.of(first + "}}", second + "}}")),
            ShownValues.FEW,
            Optional.empty());

    assertThat(page).hasSizeLessThan(5_000_000).contains("id=\"p4999\"");
  }
}
