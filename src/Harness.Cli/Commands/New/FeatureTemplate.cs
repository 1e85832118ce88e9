namespace Harness.Cli.Commands.New;

/// <summary>A first feature of one's own: one scenario that passes on every rig with a board and a host.</summary>
internal static class FeatureTemplate
{
    /// <summary>Renders the feature.</summary>
    /// <param name="name">Its name.</param>
    public static string Render(string name) => $$"""
        # Every sentence there is, with an example:      ./harness steps
        # Sentences about one thing:                     ./harness steps tap
        # This file against the vocabulary, at once:     ./harness steps --check FILE
        Feature: {{name}}
          What is to be shown, in a sentence. Devices are named by role (host, board) or by their name in the rig file.

          Scenario: A reading of the board reaches the host
            Given a broker that pairs board with host on "lab/{{name}}" using 128-bit keys
            And host and board are logged in
            When board publishes a reading of the BME280
            Then host opens the same reading

        """;
}
