using Harness.Adversary.Claims.Esfahani;
using Harness.Schemes.Esfahani;

namespace Harness.Steps;

/// <summary>Logins by hash and XOR (Esfahani et al. 2019, as described), in a lab of their own: server, router and tap.</summary>
[Binding]
public sealed class EsfahaniSteps(RunEnvironment environment, ScenarioScope scope)
{
    private EsfahaniLab? _lab;
    private IEsfahaniSensor? _sensor;
    private EsfahaniRun? _run;
    private string _device = "";

    [Given("^" + StepPatterns.Device + " is registered as a sensor of esfahani-2019$")]
    public async Task GivenRegistered(string device)
    {
        var name = environment.Bench.Device(device).Name;
        var party = await environment.Bench.GetPartyAsync(name, scope.Cancellation);
        _sensor = party.Esfahani ?? throw new InconclusiveException($"schemes of {name}", SchemeNames.Esfahani2019, string.Join(", ", party.Capabilities.Schemes));
        _lab = scope.Own(await EsfahaniLab.OpenAsync(environment.HandshakeTimeout, scope.Cancellation));
        _device = name;
        await _sensor.PutAsync(_lab.Register(name), scope.Cancellation);
    }

    [When("^" + StepPatterns.Device + " logs in at its router$")]
    public Task WhenLogsIn(string device) => LogInAsync(device);

    [When("^" + StepPatterns.Device + @" logs in at its router, and byte (\d+) of message (1|2|3) is altered$")]
    public async Task WhenAltered(string device, int at, int message)
    {
        var (field, length) = message switch
        {
            1 => (PacketField.X, EsfahaniFormulas.FirstLength),
            2 => (PacketField.Challenge, EsfahaniFormulas.SecondLength),
            _ => (PacketField.ClientProof, EsfahaniFormulas.ThirdLength),
        };
        Check.Needs(at < length, $"byte of message {message}", $"0 to {length - 1}", $"{at}");
        var attack = AlterPolicy.FlipBit(field, 8 * at);
        Lab(device).Tap.Attack = attack;
        await LogInAsync(device);
        Check.Needs(attack.Triggered == 1, $"message {message} at the tap", "one that was altered", $"{attack.Triggered}");
    }

    [Then("^" + StepPatterns.Device + " and its router hold the same key$")]
    public void ThenSameKey(string device)
    {
        var run = Run(device);
        Check.That(run.Agreed && run.Client == _device, $"key of {device} and its router", "the same on both sides, under its name", run.Refused ?? $"{run.Fingerprint} of {run.Client}, and {run.AtRouter} at the router");
    }

    [Then("^" + StepPatterns.Device + " refuses its router$")]
    public void ThenRefuses(string device)
    {
        var run = Run(device);
        Check.That(run.Fingerprint is null && run.Refused?.StartsWith("the sensor", StringComparison.Ordinal) == true, $"login of {device}", "to be refused by the sensor", run.Refused ?? $"SK {run.Fingerprint}");
    }

    [Then("^the router refuses " + StepPatterns.Device + "$")]
    public void ThenRouterRefuses(string device)
    {
        var run = Run(device);
        Check.That(run.AtRouter is null && run.Refused?.StartsWith("the router", StringComparison.Ordinal) == true, $"login of {device}", "to be refused by the router", run.Refused ?? $"SK {run.AtRouter} at the router");
    }

    private async Task LogInAsync(string device)
    {
        var lab = Lab(device);
        _run = await lab.LogInAsync(_sensor!, scope.Cancellation);
    }

    private EsfahaniLab Lab(string device) => _lab is not null && environment.Bench.Device(device).Name == _device
        ? _lab
        : throw new UnjudgeableException($"registration of {device}", "one at a server of esfahani-2019", "none", $"Given {device} is registered as a sensor of esfahani-2019");

    private EsfahaniRun Run(string device)
    {
        _ = Lab(device);
        return _run ?? throw new UnjudgeableException($"login of {device}", "one that ended", "none", $"When {device} logs in at its router");
    }
}
