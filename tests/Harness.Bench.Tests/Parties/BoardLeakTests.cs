using Harness.Bench.Tests.Protocol;
using Harness.Record;

namespace Harness.Bench.Tests.Parties;

/// <summary>Keys never leave a board (design.md section 5).</summary>
public class BoardLeakTests
{
    private const string Secret = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

    [Test]
    public async Task A_reply_with_more_than_the_protocol_lets_out_fails_the_device_without_showing_it()
    {
        await using var fake = new FakeBoard();
        await using var client = new BenchClient(fake.Line, new BenchClientOptions { Board = "leaky" });
        var party = await SerialParty.ConnectAsync("leaky", client, null, null, TestEnvironment.Timeout());
        fake.Answer = _ => $"OK fp=0011223344556677 sk={Secret} t=1";
        var failed = Assert.ThrowsAsync<CheckFailedException>(async () => await party.AugFinishAsync(new byte[32], TestEnvironment.Timeout()));
        Assert.Multiple(() =>
        {
            Assert.That(failed!.Item, Is.EqualTo("reply of leaky to AUG.FINISH"));
            Assert.That(failed.Expected, Is.EqualTo("fp= and t= alone"));
            Assert.That(failed.Seen, Is.EqualTo("also sk="));
            Assert.That(failed.ToString(), Does.Not.Contain(Secret));
        });
    }

    [Test]
    public async Task A_reply_as_the_protocol_has_it_is_taken()
    {
        await using var fake = new FakeBoard();
        await using var client = new BenchClient(fake.Line, new BenchClientOptions { Board = "sound" });
        var party = await SerialParty.ConnectAsync("sound", client, null, null, TestEnvironment.Timeout());
        fake.Answer = _ => "OK fp=0011223344556677 t=1";
        Assert.That((await party.AugFinishAsync(new byte[32], TestEnvironment.Timeout())).Value, Is.EqualTo("0011223344556677"));
    }
}
