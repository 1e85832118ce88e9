using System.Globalization;
using Harness.Schemes.Hardened;
using Harness.Sessions.Testbed;

namespace Harness.Bench.Tests.Measuring;

/// <summary>The stack of the board that has the least RAM for it, by its own paint (rigs/firmware/PROTOCOL.md, STACK). PORTING.md asks for a quarter more than the deepest.</summary>
public sealed class BoardStackTests
{
    private const string Topic = "lab/stack";

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_microbit_that_pairs_signs_and_verifies_leaves_a_quarter_of_its_stack(bool publishes)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        await using var bench = new TestBench(RigFile.Load(TestEnvironment.Rig("microbit.yaml")), new TestBenchOptions());
        var board = await bench.GetBoardAsync("board", limit.Token);
        await board.AskAsync("STACK", [], limit.Token);
        await using (var testbed = new SchemeTestbed(
            bench.TestbedOptions() with { Scheme = SchemeNames.Hardened, PairCipher = HardenedCipher.Ascon, Topic = Topic, Signed = true, Timeout = TimeSpan.FromMinutes(2) }))
        {
            var identity = bench.IdentityOf("board", "pair of boards", "p256", "framed");
            testbed.Add(board.Name, identity, board, publishes ? DevicePart.Publisher : DevicePart.Subscriber);
            testbed.AddHost("partner", identity with { Client = "partner" }, publishes ? DevicePart.Subscriber : DevicePart.Publisher);
            await testbed.StartAsync(limit.Token);
            await testbed.LogInAsync(limit.Token);
            await testbed.PublishAsync(new byte[16], limit.Token);
            Assert.That((await testbed.Subscriber.ReceiveAndOpenAsync(limit.Token)).Plaintext.Length, Is.EqualTo(16));
        }

        var seen = (await board.AskAsync("STACK", [], limit.Token)).Values;
        var (deepest, reserved) = (int.Parse(seen["deepest"], CultureInfo.InvariantCulture), int.Parse(seen["reserved"], CultureInfo.InvariantCulture));
        TestContext.Out.WriteLine($"{deepest} of {reserved} bytes");
        Assert.That((deepest > 1000, 5 * deepest <= 4 * reserved), Is.EqualTo((true, true)), $"{deepest} of {reserved} bytes");
    }
}
