package io.dynamodblake.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamodblake.testing.Profiles;
import io.dynamodblake.testing.RandomItems;
import io.dynamodblake.type.Descriptor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ProfileTest {
  /** So small that maps collapse and names are forgotten all the time. */
  private static final ProfileLimits SMALL = new ProfileLimits(3, 7);

  private static List<String> lines(long seed, int count) {
    RandomItems items = RandomItems.plain(seed);
    return IntStream.range(0, count).mapToObj(i -> items.line()).toList();
  }

  @Property(tries = 200)
  void mergingInAnyOrderEqualsOneProfileOfAll(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 6) int parts) {
    for (ProfileLimits limits :
        List.of(SMALL, SMALL.withDetails(), ProfileLimits.DEFAULT.withDetails())) {
      List<String> lines = lines(seed, 20);
      Profile whole = Profiles.ofLines(limits, lines);
      Random random = new Random(seed);
      List<List<String>> cut = new ArrayList<>();
      IntStream.range(0, parts).forEach(i -> cut.add(new ArrayList<>()));
      lines.forEach(line -> cut.get(random.nextInt(parts)).add(line));
      List<Profile> profiles = new ArrayList<>();
      cut.forEach(part -> profiles.add(Profiles.ofLines(limits, part)));
      Collections.shuffle(profiles, random);
      // a tree of merges, not only a chain
      while (profiles.size() > 1) {
        Profile one = profiles.remove(random.nextInt(profiles.size()));
        Profile other = profiles.remove(random.nextInt(profiles.size()));
        one.merge(other);
        profiles.add(random.nextBoolean() ? one : Profile.fromBytes(one.toBytes()));
      }
      assertThat(profiles.get(0)).isEqualTo(whole);
      assertThat(profiles.get(0).toBytes()).isEqualTo(whole.toBytes());
    }
  }

  @Property(tries = 100)
  void travelsThroughJavaSerialization(@ForAll long seed) throws Exception {
    Profile profile = Profiles.ofLines(ProfileLimits.DEFAULT.withDetails(), lines(seed, 10));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(profile);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertThat(in.readObject()).isEqualTo(profile);
    }
  }

  @Test
  void manyKeysBecomeOneValue() {
    String keys =
        String.join(
            ",",
            IntStream.rangeClosed(1, 101)
                .mapToObj(i -> "\"k" + i + "\":{\"N\":\"" + i + "\"}")
                .toList());
    MapProfile open =
        Profiles.ofValues("{\"M\":{" + keys + "}}")
            .attribute("a")
            .orElseThrow()
            .fields()
            .orElseThrow();
    assertThat(open.isOpen()).isTrue();
    assertThat(open.byName()).isEmpty();
    assertThat(open.open().orElseThrow().count(Descriptor.N)).isEqualTo(101);
    assertThat(open.open().orElseThrow().number().orElseThrow().max()).isEqualByComparingTo("101");
  }

  @Test
  void exactlyAsManyKeysAsAllowedStayApart() {
    String keys =
        String.join(
            ",",
            IntStream.rangeClosed(1, 100).mapToObj(i -> "\"k" + i + "\":{\"BOOL\":true}").toList());
    MapProfile fields =
        Profiles.ofValues("{\"M\":{" + keys + "}}")
            .attribute("a")
            .orElseThrow()
            .fields()
            .orElseThrow();
    assertThat(fields.isOpen()).isFalse();
    assertThat(fields.byName()).hasSize(100);
  }

  @Test
  void namesPeopleChooseAreKeptBeforeNamesProgramsMakeUp() {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      lines.add(
          "{\"Item\":{\"u"
              + i
              + "\":{\"S\":\"x\"},\"status\":{\"S\":\"x\"},\"pk\":{\"S\":\"x\"}}}");
    }
    Profile profile = Profiles.ofLines(new ProfileLimits(100, 3), lines);
    assertThat(profile.attributes().keySet()).containsExactly("pk", "status", "u0");
    assertThat(profile.attribute("status").orElseThrow().total()).isEqualTo(1000);
    assertThat(profile.forgottenAttributeValues()).isEqualTo(999);
  }

  @Test
  void keysAreInEveryItemAndNeverEmpty() {
    Profile profile =
        Profiles.ofItems(
            "{\"zone\":{\"S\":\"a\"},\"sk\":{\"N\":\"1\"},\"pk\":{\"S\":\"a\"},\"id\":{\"S\":\"\"},\"b\":{\"BOOL\":true}}",
            "{\"zone\":{\"S\":\"b\"},\"sk\":{\"N\":\"2\"},\"pk\":{\"S\":\"b\"},\"id\":{\"S\":\"x\"},\"b\":{\"BOOL\":true}}");
    assertThat(profile.keyCandidates())
        .containsExactly(
            new KeyAttribute("pk", Descriptor.S),
            new KeyAttribute("sk", Descriptor.N),
            new KeyAttribute("zone", Descriptor.S));
  }

  @Test
  void anAttributeOfTwoDescriptorsIsNoKey() {
    assertThat(Profiles.ofValues("{\"S\":\"x\"}", "{\"N\":\"1\"}").keyCandidates()).isEmpty();
  }

  @Test
  void nothingObservedHasNoKeys() {
    assertThat(Profiles.ofItems().keyCandidates()).isEmpty();
  }
}
