package io.dynamodblake.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamodblake.conf.UsageException;
import io.dynamodblake.schema.Column;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.schema.LakeType;
import io.dynamodblake.schema.Protection;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.schema.ValueMapping;
import io.dynamodblake.type.Descriptor;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What becomes of the places of a schema. */
class FeaturePlanTest {
  private static final ValueMapping TEXT = ValueMapping.Scalar.of(Descriptor.S, LakeType.STRING);
  private static final ValueMapping NUMBER = ValueMapping.Scalar.of(Descriptor.N, LakeType.BIGINT);

  private static final TableSchema SCHEMA =
      new TableSchema(
          "orders",
          List.of(new KeyAttribute("pk", Descriptor.S)),
          List.of(
              Column.of("pk", "pk", TEXT),
              Column.of("label", "label", TEXT),
              Column.of("digits", "digits", ValueMapping.Scalar.of(Descriptor.N, LakeType.STRING)),
              Column.of(
                  "nothing", "nothing", ValueMapping.Scalar.of(Descriptor.NULL, LakeType.STRING)),
              Column.of("blob", "blob", ValueMapping.Scalar.of(Descriptor.B, LakeType.BINARY)),
              Column.of("seen", "seen", ValueMapping.Scalar.of(Descriptor.S, LakeType.TIMESTAMP)),
              Column.of(
                  "a",
                  "A",
                  new ValueMapping.Struct(
                      List.of(
                          new ValueMapping.Field("b", "B", NUMBER),
                          new ValueMapping.Field(
                              "list",
                              "list",
                              new ValueMapping.Sequence(
                                  Descriptor.L, new ValueMapping.DynamoJson(Descriptor.S)))))),
              Column.of("a__b", "a__b", NUMBER),
              Column.of("prefs", "prefs", new ValueMapping.OpenMap(TEXT)),
              Column.of(
                  "mixed",
                  "mixed",
                  new ValueMapping.OpenMap(new ValueMapping.DynamoJson(Descriptor.S))),
              new Column("mail", "mail", TEXT, Protection.HASH, false),
              new Column("gone", "gone", TEXT, Protection.NONE, true)));

  private static final class Options extends TrainingTest {
    final Wanted wanted = new Wanted();

    FeaturePlan plan(boolean agesKnown) {
      return FeaturePlan.of(SCHEMA, wanted.in(Path.of("lake"), Path.of("set")), agesKnown);
    }
  }

  private static List<String> names(FeaturePlan plan) {
    return plan.features().stream()
        .map(feature -> feature.name() + " " + feature.kind().word())
        .toList();
  }

  @Test
  void structsBecomeColumnsListsTheirLengthAndMapsTheirSizeAndTheKeysThatWereAskedFor() {
    Options options = new Options();
    options.wanted.mapKeys = List.of("prefs.Dark Mode", "mixed.x");
    FeaturePlan plan = options.plan(true);

    assertThat(names(plan))
        .containsExactly(
            "digits number",
            "seen__age seconds",
            "a__b integer",
            "a__list__len integer",
            "a__b_2 integer",
            "prefs__size integer",
            "prefs__dark_mode category",
            "mixed__size integer");
    assertThat(plan.unused())
        .extracting(place -> place.from() + ": " + place.reason())
        .containsExactly(
            "pk: key of the table",
            "nothing: only ever NULL",
            "blob: binary",
            "mixed.x: values of several types, kept as DynamoDB JSON",
            "mail: protected: hash",
            "gone: not in the lake",
            "label: the label");
  }

  @Test
  void whatIsNamedIsTakenAndAllElseIsListed() {
    Options options = new Options();
    options.wanted.features = List.of("pk", "a__b");
    FeaturePlan plan = options.plan(false);

    assertThat(names(plan)).containsExactly("pk category", "a__b integer");
    assertThat(plan.unused())
        .extracting(place -> place.from() + ": " + place.reason())
        .contains(
            "seen: a time, and nobody knows the row's own",
            "digits: not chosen",
            "label: the label")
        .doesNotContain("pk: key of the table");
  }

  @Test
  void aColumnLeavesOutAllThatComesFromIt() {
    Options options = new Options();
    options.wanted.exclude = List.of("a", "digits");

    assertThat(names(options.plan(true)))
        .containsExactly(
            "seen__age seconds", "a__b_2 integer", "prefs__size integer", "mixed__size integer");
  }

  @Test
  void namesThatAreNoneAreRefused() {
    Options options = new Options();
    options.wanted.features = List.of("a_b");
    assertThatThrownBy(() -> options.plan(true))
        .isInstanceOf(UsageException.class)
        .hasMessage("Cannot use --features 'a_b': there is no such feature; did you mean 'a__b'?");
    options.wanted.features = List.of("mail");
    assertThatThrownBy(() -> options.plan(true))
        .isInstanceOf(UsageException.class)
        .hasMessage("Cannot use --features 'mail': it is no feature: protected: hash");
    options.wanted.features = List.of();
    options.wanted.mapKeys = List.of("a.b");
    assertThatThrownBy(() -> options.plan(true))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "Cannot use --map-keys 'a.b': there is no map with open keys of that name; inspect shows which maps are");
  }
}
