package io.dynamodblake.schema.entity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class WorkbenchModelTest {
  private static final String MODEL =
      """
      {"ModelName": "Bank", "ModelMetadata": {"Version": "3.0"}, "DataModel": [
        {"TableName": "Bank",
         "KeyAttributes": {"PartitionKey": {"AttributeName": "PK", "AttributeType": "S"},
                           "SortKey": {"AttributeName": "SK", "AttributeType": "S"}},
         "NonKeyAttributes": [{"AttributeName": "Name", "AttributeType": "S"}],
         "TableFacets": [
           {"FacetName": "Accounts",
            "KeyAttributeAlias": {"PartitionKeyAlias": "AccountId", "SortKeyAlias": "SK"},
            "TableData": [
              {"PK": {"S": "ACCT#76584123"}, "SK": {"S": "ACCT#76584123"}, "Name": {"S": "Zhang"}},
              {"PK": {"S": "ACCT#11"}, "SK": {"S": "ACCT#11"}}],
            "NonKeyAttributes": ["Name"], "DataAccess": {"MySql": {}}},
           {"FacetName": "Card Offers",
            "KeyAttributeAlias": {"PartitionKeyAlias": "ACCT#<account>", "SortKeyAlias": "OFFER#${offer}"},
            "NonKeyAttributes": []},
           {"FacetName": "Everything", "KeyAttributeAlias": {"PartitionKeyAlias": "PK", "SortKeyAlias": "SK"}}
         ]},
        {"TableName": "Plain", "TableFacets": []}]}
      """;

  @Test
  void becomesRulesOfFacetsByTheirSamplesAndTheNamesOfTheirKeys() {
    EntityFile file = EntityFile.read(MODEL, "whatever");

    assertThat(file.rules().keys()).containsExactly("PK", "SK");
    assertThat(file.rules().entities())
        .extracting(entity -> entity.name() + " " + entity.match().get(0).keys())
        .containsExactly(
            "card_offers {PK=ACCT#{account}, SK=OFFER#{offer}}",
            "accounts {PK=ACCT#{AccountId}, SK=ACCT#{}}");
    assertThat(file.notes())
        .satisfiesExactly(
            first ->
                assertThat(first)
                    .startsWith("The entities are the 2 facets of a NoSQL Workbench model"),
            second ->
                assertThat(second)
                    .startsWith("Facet 'Everything' is left out: it has no sample items"));
  }

  @Test
  void goesByAMarkerFirstWhereAllSamplesHaveOne() {
    EntityFile file =
        EntityFile.read(
            """
            {"DataModel": [{"TableName": "T", "KeyAttributes": {"PartitionKey": {"AttributeName": "id"}},
              "TableFacets": [
                {"FacetName": "Dog", "TableData": [{"id": {"S": "d#1"}, "type": {"S": "dog"}}]},
                {"FacetName": "Cat", "TableData": [{"id": {"S": "c#1"}, "type": {"S": "cat"}}]}]}]}
            """,
            "T");

    assertThat(file.rules().entities())
        .extracting(entity -> entity.match().get(0).marker().orElseThrow().values().get(0))
        .containsExactly("dog", "cat");
    assertThat(file.rules().entities().get(1).match().get(1).keys())
        .containsEntry("id", KeyPattern.parse("c#{}"));
  }

  @Test
  void isRefusedWhereItTellsNothingApart() {
    assertThatThrownBy(() -> EntityFile.read("{\"DataModel\": [{\"TableName\": \"T\"}]}", "T"))
        .hasMessage(
            "Cannot read entities: NoSQL Workbench model: no table of it has facets; add them in Workbench, or write the rules as inspect does with --entities-out");
    assertThatThrownBy(
            () ->
                EntityFile.read(MODEL.replace("\"TableFacets\": []", "\"TableFacets\": [{}]"), "x"))
        .hasMessageContaining("2 tables of it have facets");
    assertThatThrownBy(() -> EntityFile.read(MODEL.replace("Card Offers", "ACCOUNTS"), "Bank"))
        .hasMessageContaining("facets 'ACCOUNTS' and 'Accounts' both become accounts");
    assertThatThrownBy(() -> EntityFile.read(MODEL.replace("<account>", "<a><b>"), "Bank"))
        .hasMessageContaining(
            "what facet 'Card Offers' calls its keys: two placeholders without text between them");
  }
}
