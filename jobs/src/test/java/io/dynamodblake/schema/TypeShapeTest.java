package io.dynamodblake.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamodblake.testing.Profiles;
import io.dynamodblake.testing.RandomItems;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TypeShapeTest {
  private static final ProfileLimits LIMITS = new ProfileLimits(4, 1000);

  /** A value that holds a few random items: {@code {"M":...}} with all that can be nested in it. */
  private static ValueProfile profile(long seed) {
    RandomItems items = RandomItems.plain(seed);
    List<String> lines =
        IntStream.range(0, (int) Math.floorMod(seed, 4L))
            .mapToObj(i -> items.line())
            .map(
                line ->
                    "{\"Item\":{\"a\":{\"L\":[{\"M\":"
                        + line.substring(8, line.length() - 1)
                        + "}]}}}")
            .toList();
    return Profiles.ofLines(LIMITS, lines).attribute("a").orElse(new ValueProfile(LIMITS));
  }

  @Provide
  Arbitrary<TypeShape> shapes() {
    return Arbitraries.longs().map(seed -> TypeShape.of(profile(seed)));
  }

  @Property
  void joinIsAssociative(
      @ForAll("shapes") TypeShape a, @ForAll("shapes") TypeShape b, @ForAll("shapes") TypeShape c) {
    assertThat(a.join(b).join(c)).isEqualTo(a.join(b.join(c)));
  }

  @Property
  void joinIsCommutative(@ForAll("shapes") TypeShape a, @ForAll("shapes") TypeShape b) {
    assertThat(a.join(b)).isEqualTo(b.join(a));
  }

  @Property
  void joinIsIdempotent(@ForAll("shapes") TypeShape a) {
    assertThat(a.join(a)).isEqualTo(a);
  }

  @Property
  void nothingChangesNothing(@ForAll("shapes") TypeShape a) {
    assertThat(a.join(TypeShape.NONE)).isEqualTo(a);
    assertThat(TypeShape.NONE.join(a)).isEqualTo(a);
  }

  @Property
  void joinAbsorbsWhatItHolds(@ForAll("shapes") TypeShape a, @ForAll("shapes") TypeShape b) {
    assertThat(a.join(b).join(a)).isEqualTo(a.join(b));
  }

  @Property
  void shapeOfMergedProfilesIsTheJoinOfTheirShapes(@ForAll long left, @ForAll long right) {
    TypeShape joined = TypeShape.of(profile(left)).join(TypeShape.of(profile(right)));
    ValueProfile merged = profile(left);
    merged.merge(profile(right));
    assertThat(TypeShape.of(merged)).isEqualTo(joined);
  }

  @ParameterizedTest(name = "{0} reads {1}")
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "{\"S\":\"x\"}; S",
        "{\"L\":[]}; L<>",
        "{\"L\":[{\"S\":\"x\"},{\"NULL\":true}]}; L<S|NULL>",
        "{\"M\":{\"b\":{\"S\":\"x\"}}}; M{1}",
        "{\"NS\":[\"1\"]}; NS",
      })
  void summaryIsShort(String value, String summary) {
    ValueProfile profile = Profiles.ofValues(value).attribute("a").orElseThrow();
    assertThat(TypeShape.of(profile).summary()).isEqualTo(summary);
  }
}
