namespace Harness.Steps;

/// <summary>A board that loses its power: an emulator that is ended, or the switch of a real board's supply or reset.</summary>
[Binding]
public sealed class PowerSteps(RunEnvironment environment, ScenarioScope scope, LoginDriver logins)
{
    private readonly HashSet<string> _cut = [];

    [When("^the power of " + StepPatterns.Device + @" is cut for (\d+) ms$")]
    public async Task WhenThePowerIsCut(string device, int milliseconds)
    {
        Check.Needs(milliseconds > 0, $"time without power of {device}", "1 ms or more", "0 ms");
        await environment.Bench.GetPartyAsync(device, scope.Cancellation); // a board that is down loses nothing
        await environment.Bench.Device(device).CutPowerAsync(TimeSpan.FromMilliseconds(milliseconds), scope.Cancellation);
        _cut.Add(environment.Bench.Device(device).Name);
    }

    [Then("^" + StepPatterns.Device + " comes back without its keys$")]
    public async Task ThenComesBackWithoutItsKeys(string device)
    {
        Check.Needs(_cut.Contains(environment.Bench.Device(device).Name), $"power of {device}", "to be cut in the scenario", "it was not", $"When the power of {device} is cut for 200 ms");
        Check.Needs(logins.Device(device).Fingerprints.Count > 0, $"session key of {device}", "one before the cut", "none", $"Given {device} is logged in");
        await environment.Bench.GetPartyAsync(device, scope.Cancellation);

        // A party without SK answers STATE; one that kept its key gets as far as the padding of a wrap of zeros.
        await logins.CheckKeyWrapAnswerAsync(device, "STATE", $"answer of {device} to a key wrap", "STATE", "a wrap of zeros was accepted");
    }
}
