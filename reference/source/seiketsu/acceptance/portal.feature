Feature: Portal

  Scenario: An agent works through hot leads
    Given leads with different scores
    When the agent opens the hot ones
    Then they are sorted by score
