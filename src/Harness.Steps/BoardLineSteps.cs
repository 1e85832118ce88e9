using Harness.Bench.Protocol;
using Harness.Hardware.Links;

namespace Harness.Steps;

/// <summary>A board that misbehaves, and a serial line that does.</summary>
[Binding]
public sealed class BoardLineSteps(RunEnvironment environment, ScenarioScope scope, TapDriver tap, LoginDriver logins)
{
    private static readonly TimeSpan LineWait = TimeSpan.FromSeconds(10);

    private string? _answer;
    private UnseededBoard? _unseeded;
    private string? _asked;
    private bool _begun;
    private readonly HashSet<string> _faultyBoards = [];

    [When("^" + StepPatterns.Device + " falls silent$")]
    public async Task WhenSilent(string device)
    {
        await environment.Bench.GetBoardAsync(device, scope.Cancellation);
        environment.Bench.Device(device).Freeze();
        _faultyBoards.Add(environment.Bench.Device(device).Name);
    }

    [When("^" + StepPatterns.Device + " talks garbage only$")]
    public async Task WhenGarbage(string device)
    {
        await environment.Bench.GetBoardAsync(device, scope.Cancellation);
        _faultyBoards.Add(environment.Bench.Device(device).Name);
        environment.Bench.Device(device).Line.Arm(LineDirection.FromBoard, LineFault.Garbage, lines: 1000);
    }

    [When("^" + StepPatterns.Device + " vanishes after it sent X$")]
    public async Task WhenVanishes(string device)
    {
        await environment.Bench.GetBoardAsync(device, scope.Cancellation);
        _faultyBoards.Add(environment.Bench.Device(device).Name);
        var vanish = environment.Bench.Device(device).Vanishing(); // a device that cannot is told now, not inside the tap
        await tap.OpenAsync();
        tap.Tap.Attack = new CallbackPolicy(
            PacketField.X.Selector,
            _ =>
            {
                vanish();
                return ValueTask.CompletedTask;
            },
            drop: false);
    }

    [When(@"^the line (loses|doubles|flips a bit in) the (request of|reply to) ([A-Z.]+)$")]
    public async Task WhenTheLine(string fault, string which, string verb)
    {
        var device = logins.OnlyDevice.Name;
        await environment.Bench.GetBoardAsync(device, scope.Cancellation);
        _faultyBoards.Add(environment.Bench.Device(device).Name);
        environment.Bench.Device(device).Line.ArmAt(
            verb,
            which == "request of" ? LineDirection.ToBoard : LineDirection.FromBoard,
            fault switch { "loses" => LineFault.Drop, "doubles" => LineFault.Double, _ => LineFault.FlipByte });
    }

    [Then("^the rig is reported broken because " + StepPatterns.Device + " (is silent|talks garbage|vanished)$")]
    public void ThenTheRigIsReportedBroken(string device, string why)
    {
        var under = logins.Device(device);
        Check.Needs(_faultyBoards.Contains(environment.Bench.Device(device).Name), $"link of {device}", "one that was disturbed", "nothing was done to it", $"When {device} falls silent");
        var end = logins.Observe(under, rigMayBreak: true);
        Check.That(end.Status == LoginStatus.RigBroken, $"login of {device}", $"a broken rig, because {device} {why}", end.Seen);
        var fits = why switch
        {
            "is silent" => end.Error is BoardSilentException,
            "talks garbage" => end.Error is BoardGarbageException,
            _ => end.Error is BoardVanishedException,
        };
        Check.That(fits, "reported cause", $"{device} {why}", end.Error?.GetType().Name ?? end.Seen);
    }

    [Then("^" + StepPatterns.Device + " works again after a restart$")]
    public async Task ThenWorksAgain(string device)
    {
        logins.Device(device);
        Check.Needs(
            _faultyBoards.Contains(environment.Bench.Device(device).Name), $"restart of {device}", "a device that broke in the scenario", "nothing was done to it", $"When {device} falls silent");
        tap.EndAttack();
        await environment.Bench.Device(device).ReleaseAsync();
        await logins.RequireLoginAsync(logins.Device(device));
    }

    [Then("^" + StepPatterns.Device + " ran each operation of the handshake once$")]
    public async Task ThenRanOnce(string device)
    {
        // X = g^x and K = Y^z: whatever ran twice would be a third exponentiation.
        Check.Needs(logins.Device(device).Logins.Count > 0, $"handshake of {device}", "one in the scenario", "it did not log in", $"When {device} logs in");
        var counts = await (await logins.SameBoardAsync(device)).CountsAsync(scope.Cancellation);
        Check.Equal(2, counts.Exponentiations, $"exponentiations of {device}");
    }

    [Then("^the fault on the line of " + StepPatterns.Device + " is in the record$")]
    public void ThenTheFaultIsInTheRecord(string device)
    {
        var name = environment.Bench.Device(device).Name;
        Check.Needs(_faultyBoards.Contains(name), $"faults of {device}", "a line that was disturbed", "nothing was done to it", "When the line loses the reply to AUG.STEP");
        Check.That(scope.Faults.Any(fault => fault.Device == name), $"faults of {device} in the record", "at least one", "none");
    }

    [When("^(a line of 10000 bytes|a line with a wrong CRC|a line without CRC|an unknown verb|a value that is not hex|256 bytes of binary noise|a used number with other text|a scalar for the handshake|a bare session key|a bare traffic key|a cipher mode) is sent to " + StepPatterns.Device + "$")]
    public async Task WhenSent(string input, string device)
    {
        var board = await environment.Bench.GetBoardAsync(device, scope.Cancellation);
        _asked = environment.Bench.Device(device).Name;
        if (input == "a used number with other text")
        {
            var line = board.NextLine("ID");
            await SendAsync(board, line);
            var number = Encoding.ASCII.GetString(line).Split(' ')[0];
            var other = $"{number} SENSE";
            await SendAsync(board, Encoding.ASCII.GetBytes($"{other} *{Crc16.Of(Encoding.ASCII.GetBytes(other)):x4}\n"));
            return;
        }

        await SendAsync(board, input switch
        {
            "a line of 10000 bytes" => [.. Enumerable.Repeat((byte)'a', 10000), (byte)'\n'],
            "a line with a wrong CRC" => "7 ID *0000\n"u8.ToArray(),
            "a line without CRC" => "7 ID\n"u8.ToArray(),
            "an unknown verb" => board.NextLine("FROBNICATE"),
            "a scalar for the handshake" => board.NextLine("AUG.INIT", ("x", new string('1', 64))),
            "a bare session key" => board.NextLine("KEY.PUT", ("kind", "sk"), ("data", new string('1', 64))),
            "a bare traffic key" => board.NextLine("KEY.PUT", ("kind", "raw"), ("bits", "128"), ("data", new string('1', 32))),
            "a cipher mode" => board.NextLine("SEAL", ("mode", "block"), ("data", new string('1', 16))),
            "a value that is not hex" => board.NextLine("SEED", ("seed", "xyz")),
            _ => Noise(),
        });
    }

    [Then("^" + StepPatterns.Device + " answers ERR ([A-Z-]+)$")]
    public void ThenAnswersErr(string device, string code)
    {
        Check.Needs(
            _asked == environment.Bench.Device(device).Name, $"answer of {device}", "something that was sent to it", _asked is null ? "nothing" : $"the last was sent to {_asked}",
            $"When an unknown verb is sent to {device}");
        var words = _answer?.Split(' ') ?? [];
        Check.That(words.Length > 2 && words[1] == "ERR" && words[2] == code, $"answer of {device}", $"ERR {code}", _answer ?? "silence");
    }

    [Then("^" + StepPatterns.Device + " still answers ID$")]
    public async Task ThenStillAnswers(string device)
    {
        var board = await logins.SameBoardAsync(device);
        var reply = await board.AskAsync("ID", [], scope.Cancellation);
        Check.Equal("harness", reply.Values.GetValueOrDefault("fw"), $"firmware of {device}");
    }

    [Then("^" + StepPatterns.Device + " still holds its session key$")]
    public async Task ThenStillHoldsItsKey(string device)
    {
        // A party without SK answers STATE; with it, it gets as far as the padding of a wrap of zeros.
        Check.Needs(
            logins.Device(device).Fingerprints.Count > 0, $"session key of {device}", "a login of it that succeeded",
            logins.Device(device).Logins.Count > 0 ? $"its last login: {logins.Device(device).Logins[^1].Seen}" : "it did not log in in this scenario", $"Given {device} is logged in");
        await logins.CheckKeyWrapAnswerAsync(device, "BAD-KEY", $"answer of {device} to a key wrap", "BAD-KEY", "a wrap of zeros was accepted");
    }

    [Given("^a freshly started " + StepPatterns.Device + " that nobody seeded$")]
    public async Task GivenUnseeded(string device) => _unseeded = scope.Own(await UnseededBoard.BootAsync(
        environment.Bench.Rig, environment.Bench.Device(device), environment.BenchOptions, scope.Cancellation));

    [When("^a handshake is begun on it$")]
    public async Task WhenAHandshakeIsBegun()
    {
        Check.Needs(_unseeded is not null, "board of the step", "one that nobody seeded", "none", "Given a freshly started board that nobody seeded");
        _begun = true;
        try
        {
            await _unseeded.AskAsync(
                "PROVISION", [("client", "63"), ("server", "73"), ("group", "p256"), ("profile", "rfc6628"), ("pw", "70")], scope.Cancellation);
            await _unseeded.AskAsync("AUG.INIT", [], scope.Cancellation);
            _answer = "0 OK";
        }
        catch (BoardErrorException e)
        {
            _answer = $"0 ERR {e.Code}";
        }
    }

    [Then("^it answers ([A-Z-]+)$")]
    public void ThenItAnswers(string code)
    {
        Check.Needs(_begun, "answer of the unseeded board", "something that it was asked", "nothing", "When a handshake is begun on it");
        Check.Equal($"0 ERR {code}", _answer ?? "silence", "answer of the unseeded board");
    }

    private async Task SendAsync(SerialParty board, byte[] bytes) => _answer = await board.SendRawAsync(bytes, LineWait, scope.Cancellation);

    // Without line ends inside, so that it is one line; seeded, so that every run sends the same.
    private static byte[] Noise()
    {
        var noise = new byte[257];
        new Random(20260314).NextBytes(noise);
        for (var i = 0; i < 256; i++)
        {
            noise[i] = noise[i] is (byte)'\r' or (byte)'\n' ? (byte)0xAA : noise[i];
        }

        noise[256] = (byte)'\n';
        return noise;
    }
}
