using Harness.Sessions.Accounts;

namespace Harness.Soak.Tests;

/// <summary>The testbed of a soak: one broker under the boards of all rigs, which lives through many rounds and can be started again on its port.</summary>
internal static class SoakTestbed
{
    public static async Task<SchemeTestbed> StartAsync(IReadOnlyList<SoakBench> benches)
    {
        var rig = benches[0].Bench.Rig;
        var testbed = new SchemeTestbed(new TestbedOptions
        {
            Server = rig.Server, KeyBits = rig.KeyBits, Timeout = TimeSpan.FromSeconds(60),
            MorePairs = [.. benches.Select(bench => new KeyPair(bench.Boards[0].Name, bench.Boards[1].Name, bench.Topic))],
        });
        foreach (var bench in benches)
        {
            foreach (var board in bench.Boards)
            {
                // The round sees to it that the board is up.
                testbed.Add(new TestbedDevice(testbed, board.Name, bench.IdentityOf(board), _ => new(board.Party)));
            }
        }

        await testbed.StartAsync(default);
        return testbed;
    }
}
