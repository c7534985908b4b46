package io.dynamodblake.flatten;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamodblake.json.ItemTape;
import io.dynamodblake.json.JsonItemWriter;
import io.dynamodblake.schema.PlanOptions;
import io.dynamodblake.schema.Profile;
import io.dynamodblake.schema.ProfileLimits;
import io.dynamodblake.schema.SchemaSuggester;
import io.dynamodblake.schema.Suggestions;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.testing.Profiles;
import io.dynamodblake.testing.Tapes;
import io.dynamodblake.testing.TimeItems;
import io.dynamodblake.testing.TreeSink;
import io.dynamodblake.testing.TreeSource;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** What is suggested is what fits, and gives every item back. */
class SuggestedTypesTest {
  @Property(tries = 60)
  void allThatFitsIsSuggestedAndNothingElseAndItComesBack(@ForAll long seed) throws Exception {
    TimeItems items = new TimeItems(seed);
    List<String> lines = items.lines(40);
    Profile profile = Profiles.ofLines(ProfileLimits.DEFAULT, lines.subList(0, 13));
    profile.merge(
        Profile.fromBytes(
            Profiles.ofLines(ProfileLimits.DEFAULT, lines.subList(13, 40)).toBytes()));

    Suggestions suggestions =
        SchemaSuggester.of(profile, PlanOptions.of("t", List.of()), Optional.empty());

    assertThat(
            new TreeSet<>(suggestions.retyped().stream().map(Suggestions.Retyped::path).toList()))
        .isEqualTo(items.fitting());
    TableSchema schema = suggestions.schema();
    ItemDecoder decoder = ItemDecoder.forSchema(schema);
    ItemEncoder encoder = ItemEncoder.forSchema(schema);
    for (String line : lines) {
      ItemTape tape = Tapes.ofLine(line);
      TreeSink sink = new TreeSink(schema.writtenColumns().size() + 2);
      decoder.decode(tape, sink);
      if (sink.values().get(schema.writtenColumns().size()) instanceof Map<?, ?> rescued) {
        assertThat(rescued.keySet())
            .allSatisfy(
                path ->
                    assertThat((String) path)
                        .startsWith(TreeSink.hex("odd_".getBytes(StandardCharsets.UTF_8))));
      }
      JsonItemWriter writer = new JsonItemWriter();
      encoder.encode(new TreeSource(sink.values()), writer);
      String back = new String(writer.bytes(), 0, writer.length(), StandardCharsets.UTF_8);
      assertThat(Tapes.toComparable(Tapes.ofLine(back.strip())))
          .isEqualTo(Tapes.toComparable(tape));
    }
  }

  @Property(tries = 100)
  void howAnExportIsCutDoesNotMatter(@ForAll long seed) {
    List<String> lines = new TimeItems(seed).lines(12);
    Profile whole = Profiles.ofLines(ProfileLimits.DEFAULT, lines);
    int cut = (int) Math.floorMod(seed, 11L) + 1;
    Profile first = Profiles.ofLines(ProfileLimits.DEFAULT, lines.subList(0, cut));
    Profile second = Profiles.ofLines(ProfileLimits.DEFAULT, lines.subList(cut, 12));
    Profile secondFirst = Profile.fromBytes(second.toBytes());
    secondFirst.merge(Profile.fromBytes(first.toBytes()));

    first.merge(second);

    assertThat(first).isEqualTo(whole);
    assertThat(secondFirst).isEqualTo(whole);
    assertThat(secondFirst.toBytes()).isEqualTo(whole.toBytes());
  }
}
