package io.dynamodblake.job.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamodblake.document.HtmlWriter;
import io.dynamodblake.job.CapturedTerminal;
import io.dynamodblake.job.text.TextTable;
import io.dynamodblake.schema.Profile;
import io.dynamodblake.schema.ProfileLimits;
import io.dynamodblake.testing.Profiles;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AgainstTest {
  private static final Instant MONDAY = Instant.parse("2026-11-16T00:00:00Z");

  private static ProfiledItems items(int count, IntFunction<String> item) {
    return items(Optional.empty(), Map.of(), count, item);
  }

  private static ProfiledItems items(
      Optional<Instant> time, Map<String, String> lost, int count, IntFunction<String> item) {
    Profile profile =
        Profiles.ofItems(
            ProfileLimits.DEFAULT.withDetails(),
            IntStream.range(0, count).mapToObj(item).toArray(String[]::new));
    return new ProfiledItems("export", "file:/export", time, profile, lost);
  }

  private static List<String> changes(IntFunction<String> before, IntFunction<String> after) {
    return changes(Against.of(items(200, after), items(200, before)));
  }

  private static List<String> changes(Against against) {
    return against.differences().stream()
        .map(
            each ->
                "%s %s: %s -> %s".formatted(each.kind().word(), each.path(), each.was(), each.is()))
        .toList();
  }

  @Test
  void theSameItemsHaveNoDifferences() {
    IntFunction<String> item = i -> "{\"a\":{\"N\":\"" + i + "\"},\"b\":{\"S\":\"x" + i + "\"}}";
    assertThat(changes(item, item)).isEmpty();
    assertThat(
            AgainstText.lines(
                Against.of(items(5, item), items(5, item)),
                new CapturedTerminal().terminal(),
                false))
        .endsWith("Nothing appeared, vanished, changed its type or drifted.");
  }

  @Test
  void whatAppearedAndVanishedIsToldByItsOutermostPlace() {
    assertThat(
            changes(
                i -> "{\"a\":{\"M\":{\"s\":{\"S\":\"\"},\"old\":{\"L\":[{\"N\":\"1\"}]}}}}",
                i ->
                    "{\"a\":{\"M\":{\"s\":{\"S\":\"\"},\"t\":{\"S\":\"\"}}},\"new\":{\"M\":{\"x\":{\"M\":{\"y\":{\"S\":\"\"}}}}}}"))
        .containsExactly(
            "appeared a.t:  -> S (string) in 100%",
            "appeared new:  -> M (struct) in 100%",
            "vanished a.old: L (array<bigint>) in 100% -> ");
  }

  @Test
  void namesWithDotsAreNotTakenForPaths() {
    assertThat(
            changes(
                i -> "{\"a\":{\"M\":{\"b\":{\"BOOL\":true}}}}",
                i -> "{\"a\":{\"M\":{\"b\":{\"BOOL\":true}}},\"a.b\":{\"BOOL\":true}}"))
        .containsExactly("appeared a.b:  -> BOOL (boolean) in 100%");
  }

  @Test
  void anotherTypeIsTold() {
    assertThat(changes(i -> "{\"a\":{\"N\":\"1\"}}", i -> "{\"a\":{\"N\":\"1.5\"}}"))
        .containsExactly(
            "type a: N (bigint) -> N (decimal(18,1))", "values a: half at 1 -> half at 1.5");
    assertThat(
            changes(
                i -> "{\"a\":{\"N\":\"1\"}}",
                i -> i == 0 ? "{\"a\":{\"S\":\"x\"}}" : "{\"a\":{\"N\":\"1\"}}"))
        .containsExactly("type a: N (bigint) -> N 99.5%, S 0.5% (bigint)");
  }

  @Test
  void sharesOfNullAndPresenceAreToldFromTenPointsOn() {
    IntFunction<String> all = i -> "{\"a\":{\"BOOL\":true},\"b\":{\"BOOL\":true}}";
    assertThat(changes(all, i -> i % 10 == 0 ? "{\"a\":{\"NULL\":true}}" : all.apply(i)))
        .containsExactly("nulls a: 0% -> 10.0%", "presence b: 100% -> 90.0%");
    assertThat(changes(all, i -> i % 11 == 0 ? "{\"a\":{\"NULL\":true}}" : all.apply(i))).isEmpty();
  }

  @Test
  void numbersThatDriftAreTold() {
    List<String> changes =
        changes(
            i -> "{\"a\":{\"N\":\"" + i % 50 + "\"}}",
            i -> "{\"a\":{\"N\":\"" + (i % 50 + 40) + "\"}}");
    assertThat(changes).hasSize(1);
    assertThat(changes.get(0)).startsWith("values a: half from ").contains(" -> half from ");
    assertThat(
            changes(
                i -> "{\"a\":{\"N\":\"" + i % 50 + "\"}}",
                i -> "{\"a\":{\"N\":\"" + (i + 3) % 50 + "\"}}"))
        .isEmpty();
  }

  @Test
  void whatIsFewDiffersByChanceAndIsNotTold() {
    assertThat(
            changes(
                Against.of(
                    items(99, i -> "{\"a\":{\"N\":\"1\"}}"),
                    items(500, i -> "{\"a\":{\"N\":\"1000\"}}"))))
        .isEmpty();
  }

  @Test
  void laterTimesAreNoDrift() {
    assertThat(
            changes(
                i ->
                    "{\"a\":{\"S\":\"2025-01-01T00:00:00Z\"},\"e\":{\"N\":\"17000%05d\"}}"
                        .formatted(i),
                i ->
                    "{\"a\":{\"S\":\"2026-01-01T00:00:00Z\"},\"e\":{\"N\":\"18000%05d\"}}"
                        .formatted(i)))
        .isEmpty();
  }

  @Test
  void textsThatLookDifferentAreTold() {
    assertThat(
            changes(
                i -> "{\"a\":{\"S\":\"2026-01-01\"}}",
                i ->
                    i % 4 == 0
                        ? "{\"a\":{\"S\":\"01/02/2026\"}}"
                        : "{\"a\":{\"S\":\"2026-01-01\"}}"))
        .containsExactly("values a: date text 100% -> text 25.0%, date text 75.0%");
  }

  @Test
  void theEarlierMomentIsBeforeWhicheverIsNamedFirst() {
    ProfiledItems early = items(Optional.of(MONDAY), Map.of(), 1, i -> "{\"a\":{\"BOOL\":true}}");
    ProfiledItems late =
        items(Optional.of(MONDAY.plusSeconds(1)), Map.of(), 1, i -> "{\"b\":{\"BOOL\":true}}");

    for (Against against : List.of(Against.of(early, late), Against.of(late, early))) {
      assertThat(against.before()).isEqualTo(early);
      assertThat(changes(against))
          .containsExactly(
              "appeared b:  -> BOOL (boolean) in 100%", "vanished a: BOOL (boolean) in 100% -> ");
    }
  }

  @Test
  void whatIsHashedIsNamedAndNotCompared() {
    Against against =
        Against.of(
            items(
                Optional.empty(), Map.of("a", "hashed"), 200, i -> "{\"a\":{\"S\":\"0f0f0f0f\"}}"),
            items(200, i -> "{\"a\":{\"N\":\"1\"}}"));

    assertThat(against.differences()).isEmpty();
    assertThat(AgainstText.lines(against, new CapturedTerminal().terminal(), false))
        .contains("note: a is not compared: hashed in the export");
  }

  @Test
  void bothChartsOnThePageHaveOneAxis() {
    HtmlWriter html = new HtmlWriter(TextTable::printable);
    new AgainstHtml(
            html,
            Against.of(
                items(200, i -> "{\"<b>\":{\"N\":\"" + (i + 5000) + "\"}}"),
                items(200, i -> "{\"<b>\":{\"N\":\"" + i + "\"}}")))
        .write();
    String page = html.page();

    assertThat(page)
        .contains("before: numbers; half from", "after: numbers; half from")
        .contains("&lt;b&gt;")
        .doesNotContain("<b><");
    assertThat(page.split("<span>0</span><span>5199</span>", -1)).hasSize(3);
  }
}
