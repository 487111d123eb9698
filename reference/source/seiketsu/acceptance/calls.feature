Feature: Calls

  Scenario: A caller is qualified as a lead
    Given a caller who looks for a house with three bedrooms
    When the voice agent has asked for budget and area
    Then the lead is in the list with its score

  Scenario: A caller asks for a person
    Given a caller who does not want to speak with a machine
    When they ask for a person
    Then the call is transferred to the agency
