using System.Runtime.ExceptionServices;
using Harness.Adversary;
using Harness.Mqtt;
using Harness.Mqtt.Proxy;
using Harness.Sessions;

namespace Harness.Soak.Tests;

/// <summary>One round: a wrong password now and then, two logins, a few messages, and one fault at most.</summary>
internal sealed class SoakRound(string id, SoakBench bench, SchemeTestbed testbed, FaultKind kind, Random random, IRunSink sink)
{
    private static readonly byte[] _s_bytes = [.. Enumerable.Range(0, 256).Select(value => (byte)value)];
    private static readonly string[] Verbs = ["PROVISION", "AUG.INIT", "AUG.STEP", "AUG.FINISH", "KEY.PUT"];
    private static readonly TimeSpan Timeout = SoakRun.Slowness * TimeSpan.FromSeconds(60);
    private readonly CancellationTokenSource _limit = new(SoakRun.Slowness * TimeSpan.FromMinutes(3));
    private readonly Tap _tap = new();
    private readonly bool _swap = random.Next(2) == 0;
    private BenchDevice _target = null!;
    private bool _noticed;

    private BenchDevice Publisher => bench.Boards[0];

    private BenchDevice Subscriber => bench.Boards[1];

    private CancellationToken Stop => _limit.Token;

    /// <summary>The fault as it was planted; null where there was none.</summary>
    public Planted? Planted { get; private set; }

    public int Logins { get; private set; }

    public int Refusals { get; private set; }

    public int Messages { get; private set; }

    /// <summary>Runs it.</summary>
    /// <exception cref="VerdictException">The rig broke, or a device or the harness did wrong.</exception>
    public async Task RunAsync()
    {
        try
        {
            foreach (var board in bench.Boards)
            {
                await bench.Bench.GetPartyAsync(board.Name, Stop);
            }

            // A new proxy a round: it keeps every byte, which is its task.
            await testbed.OpenTapAsync(_tap, Stop);
            if (random.Next(3) == 0)
            {
                await RefusedAsync(bench.Boards[random.Next(2)]);
            }

            await PlantAsync();
            for (var done = false; !done;)
            {
                done = await LoginAndTalkAsync();
            }

            foreach (var board in bench.Boards)
            {
                // A last question: a line that came twice shows before the round ends.
                await ((SerialParty)board.Party).CountsAsync(Stop);
            }

            Check(kind.Verdict == Verdict.Pass, "the rig", $"to break of: {kind.Name}", "a round that passed");
            Check(_tap.Attack is not { Triggered: 0 }, "the attack", "to take place", "it never did");
        }
        finally
        {
            await testbed.CloseTapAsync();
            await bench.MendAsync();
            _limit.Dispose();
        }
    }

    /// <summary>The login of a device with a wrong password must end in the broker's 0x87 and in nothing else.</summary>
    private async Task RefusedAsync(BenchDevice board)
    {
        var device = testbed.Device(board.Name);
        var login = await device.TryLogInAsync(new LoginRequest(Password: device.Identity.Password + "!"), Stop);
        Check(login.Reason == ReasonCode.NotAuthorized, $"login of {board.Name} with a wrong password", "to be refused", login.Seen);
        Refusals++;
    }

    /// <summary>Both log in and talk; false where the planted fault ended it, which is noted once.</summary>
    private async Task<bool> LoginAndTalkAsync()
    {
        DeviceSession? one = null, two = null;
        var acting = _swap ? Subscriber : Publisher;
        try
        {
            one = await LoginAsync(acting, LoginTimeout);
            acting = acting == Publisher ? Subscriber : Publisher;
            two = await LoginAsync(acting, Timeout);
            acting = Publisher;
            var (publisher, subscriber) = _swap ? (two, one) : (one, two);
            await SameKeysAsync(publisher, subscriber);
            await subscriber.SubscribeAsync(bench.Topic, Stop);
            await StrikeBeforeMessageAsync();
            await TalkAsync(publisher, subscriber, Readings.Sensor(bench.Bench, SoakSensor.Name, SoakSensor.MostBytes, Stop));
            for (var n = 1 + random.Next(4); n > 0; n--)
            {
                await TalkAsync(publisher, subscriber, random.GetItems(_s_bytes, random.Next(65)));
            }

            return true;
        }
        catch (Exception e) when (Words(e) is { } words)
        {
            // A login or a message that fails for no reason we know is a wrong verdict.
            Check(kind.Place is Place.Mqtt or Place.Broker && !_noticed, $"{acting.Name} under: {kind.Name}", "to work", e.Message);
            sink.Write(new NoteTaken { Scenario = id, Text = $"{acting.Name}: {(e as SessionException)?.Operation ?? "login"}: {words}" });
            _noticed = true;
            return false;
        }
        finally
        {
            foreach (var board in bench.Boards)
            {
                await testbed.Device(board.Name).LogOutAsync();
            }
        }
    }

    private TimeSpan LoginTimeout => kind.Named.Contains(FaultKind.NoAnswer) && !_noticed ? TimeSpan.FromSeconds(6) : Timeout;

    private async Task<DeviceSession> LoginAsync(BenchDevice board, TimeSpan patience)
    {
        var device = testbed.Device(board.Name);
        if (await device.TryLogInAsync(new LoginRequest(Timeout: patience), Stop) is { Error: { } error })
        {
            ExceptionDispatchInfo.Throw(error);
        }

        Logins++;
        var atBroker = testbed.Broker.SessionFingerprint(device.Client);
        Check(device.Fingerprints[^1] == atBroker, $"SK of {board.Name}", $"the broker's ({atBroker})", device.Fingerprints[^1]);
        return device.RequiredSession;
    }

    private async Task SameKeysAsync(DeviceSession publisher, DeviceSession subscriber)
    {
        var fingerprint = testbed.Broker.TrafficKeyFingerprint(Publisher.Name, Subscriber.Name);
        Check(fingerprint is not null, "Ks at the broker", "a key after both logins", "none");
        await publisher.WaitForTrafficKeyAsync(Timeout, fingerprint, Stop);
        await subscriber.WaitForTrafficKeyAsync(Timeout, fingerprint, Stop);
    }

    private async Task TalkAsync(DeviceSession publisher, DeviceSession subscriber, byte[] plaintext)
    {
        await publisher.PublishSealedAsync(bench.Topic, plaintext, Stop);
        var opened = await subscriber.ReceiveAndOpenAsync(Timeout, Stop);
        Check(opened.Plaintext.Span.SequenceEqual(plaintext), "the message", $"{plaintext.Length} bytes as they were sealed", $"{opened.Plaintext.Length} other bytes");
        Messages++;
    }

    private async Task PlantAsync()
    {
        _target = kind.Place switch
        {
            Place.Line or Place.Cable or Place.Stall => bench.Boards[random.Next(2)],
            Place.Nowhere => Publisher,
            _ when kind.At is null or "payload" => kind.Name.EndsWith("login", StringComparison.Ordinal) ? First : Publisher,
            _ => First,
        };
        Planted = kind == FaultKind.None ? null : new Planted(id, kind, kind.Place == Place.Sensor ? SoakSensor.Name : _target.Name);
        switch (kind.Place)
        {
            case Place.Line:
                var words = kind.Name.Split(' ');
                string[] verbs = [.. Verbs, _target == Publisher ? "SEAL" : "OPEN"];
                _target.Line.ArmAt(verbs[random.Next(verbs.Length)], Enum.Parse<LineDirection>(words[1]), Enum.Parse<LineFault>(words[2]));
                break;
            case Place.Cable:
                HarmCable();
                break;
            case Place.Stall:
                SoakBench.Cable(_target).Incoming.Stall();
                break;
            case Place.Board when kind.At == "Y":
                _tap.Attack = new CallbackPolicy(PacketField.Y.Selector, StrikeAsync, drop: false);
                break;
            case Place.Broker when kind.Name.EndsWith("login", StringComparison.Ordinal):
                // Y proves that X arrived; it is lost with the broker.
                _tap.Attack = new CallbackPolicy(PacketField.Y.Selector, stop => new(testbed.RestartBrokerAsync(stop)), drop: true);
                break;
            case Place.Sensor:
                await bench.Sensor.SetAsync(kind.Name.StartsWith("I2C", StringComparison.Ordinal) ? ChipFault.ClockHeld : ChipFault.Gone);
                break;
            case Place.Mqtt:
                _tap.Attack = MqttAttack();
                break;
        }
    }

    private BenchDevice First => _swap ? Subscriber : Publisher;

    /// <summary>The stall ends once it was noticed; what was held then comes late.</summary>
    public void OnFault(FaultSeen fault)
    {
        // A board that is still booting may be asked twice before anything is planted: that is no stall of ours.
        if (kind.Place == Place.Stall && fault.Fault == "no-reply" && Planted is not null)
        {
            SoakBench.Cable(_target).Incoming.Resume();
        }
    }

    // The shortest line of either way has 14 characters: whatever is hit within them is no line end.
    private void HarmCable()
    {
        var cable = SoakBench.Cable(_target);
        var faults = kind.Name.Contains("to the board", StringComparison.Ordinal) ? cable.Outgoing : cable.Incoming;
        var after = 1 + random.Next(11);
        switch (kind.Name.Split(' ')[^1])
        {
            case "lost": faults.Drop(1, after); break;
            case "doubled": faults.Duplicate(2, after); break;
            case "flipped": faults.Flip(0x01, after); break;
            default: faults.Insert([0xFF, 0x1B, (byte)'*'], after); break;
        }
    }

    private NthPacketPolicy MqttAttack()
    {
        var target = kind.At switch
        {
            "X" => PacketField.X,
            "Y" => PacketField.Y,
            "V_C" => PacketField.ClientProof,
            "V_S" => PacketField.ServerProof,
            _ => PacketField.Payload(PacketDirection.ToBroker, bench.Topic),
        };
        return kind.Name.Split(' ')[0] switch
        {
            "cut" => new ClosePolicy(target.Selector),
            "packet" => new DropPolicy(target.Selector),
            _ => AlterPolicy.FlipBit(target, random.Next(256)),
        };
    }

    private async Task StrikeBeforeMessageAsync()
    {
        if (_noticed || !kind.Name.EndsWith("before a message", StringComparison.Ordinal))
        {
            return;
        }

        await (kind.Place == Place.Broker ? new ValueTask(testbed.RestartBrokerAsync(Stop)) : StrikeAsync(Stop));
    }

    private async ValueTask StrikeAsync(CancellationToken cancellationToken)
    {
        switch (kind.Name.Split(' ')[0])
        {
            case "silent": _target.Freeze(); break;
            case "killed": _target.Kill(); break;
            case "board": await bench.PullAsync(_target, renumbered: kind.Name.Contains("renumbered", StringComparison.Ordinal)); break;
            default: await bench.RestartAsync(_target, cancellationToken); break;
        }
    }

    private static string? Words(Exception e) => e switch
    {
        SessionTimedOutException => FaultKind.NoAnswer,
        SessionRefusedException refused => $"{FaultKind.Refused} with 0x{(byte)refused.Reason:x2}",
        PartyRefusedException refused => $"{FaultKind.Aborted} with {refused.Code}",
        SessionAbortedException => FaultKind.Ended,
        _ => null,
    };

    private static void Check(bool fits, string item, string expected, string seen)
    {
        if (!fits)
        {
            throw new CheckFailedException(item, expected, seen);
        }
    }
}
