namespace Harness.Steps;

/// <summary>Links that are slow, lossy or cut, between devices and the broker.</summary>
[Binding]
public sealed class LinkSteps(RunEnvironment environment, ScenarioScope scope, BrokerDriver broker, TapDriver tap, LoginDriver logins)
{
    private const int MostMessages = 1000;
    private static readonly TimeSpan EndWithin = TimeSpan.FromSeconds(2);

    private readonly List<byte[]> _numbered = [];

    [Given("^a link with (.+) between " + StepPatterns.Device + " and the broker$")]
    public async Task GivenALink(string faults, string device)
    {
        var conditions = Check.Read(() => LinkWords.Parse(faults), "link", faults);
        await tap.OpenAsync();
        tap.SetLink(conditions);
    }

    [When("^the link is cut$")]
    public void WhenCut()
    {
        Check.Needs(tap.IsOpen, "link", "one between devices and the broker", "none", "Given a link with 20 ms delay between host and the broker");
        Check.Needs(broker.Testbed.Proxy!.Cut() > 0, "link", "a connection over it", "none", "Given host is logged in");
    }

    [When("^" + StepPatterns.Device + @" publishes (\d+) numbered messages$")]
    public async Task WhenPublishesNumbered(string device, string count)
    {
        var session = logins.Session(device);
        var messages = StepPatterns.Number(count, "number of messages");
        Check.Needs(messages <= MostMessages, "number of messages", $"at most {MostMessages}", count);
        _numbered.Clear();
        for (var number = 1; number <= messages; number++)
        {
            byte[] message = [.. "message "u8, (byte)(number / 256), (byte)number];
            await session.PublishSealedAsync(broker.Pair.Topic, message, scope.Cancellation);
            _numbered.Add(message);
        }
    }

    [Then("^" + StepPatterns.Device + " opens all of them in order$")]
    public async Task ThenOpensAll(string device)
    {
        Check.Needs(_numbered.Count > 0, $"messages at {device}", "some that were published", "none", $"When {device} publishes 5 numbered messages");
        var session = logins.SubscriberSession(device);
        foreach (var (number, message) in _numbered.Select((message, index) => (index + 1, message)))
        {
            try
            {
                var opened = await session.ReceiveAndOpenAsync(environment.HandshakeTimeout, scope.Cancellation);
                Check.That(opened.Plaintext.Span.SequenceEqual(message), $"message {number} at {device}", $"message {number} of {_numbered.Count}", "another one");
            }
            catch (PartyRefusedException e)
            {
                throw new CheckFailedException($"message {number} at {device}", "to open", $"refused with {e.Code}", inner: e);
            }
            catch (SessionException e)
            {
                throw new CheckFailedException($"message {number} at {device}", "to arrive", e.Message, inner: e);
            }
        }
    }

    [Then("^the login of " + StepPatterns.Device + @" took at least (\d+(?:\.\d+)?) s$")]
    public void ThenTheLoginTook(string device, string seconds)
    {
        var least = Check.Read(() => double.Parse(seconds, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture), "time of the login", seconds);
        Check.Needs(least > 0, "time of the login", "more than 0 s", seconds);
        var end = logins.Observe(logins.Device(device));
        logins.RefuseToJudge(logins.Device(device), end);
        Check.That(end.Succeeded, $"login of {device}", "to succeed", end.Seen);
        Check.That(
            end.Duration.TotalSeconds >= least, $"login of {device}", $"{seconds} s or more", string.Create(CultureInfo.InvariantCulture, $"{end.Duration.TotalSeconds:0.###} s"));
    }

    [Then(@"^the link lost at least (\d+) segments?$")]
    public void ThenTheLinkLost(string count)
    {
        var least = StepPatterns.Number(count, "number of segments");
        var seen = tap.LinkCounts;
        Check.Needs(seen.Segments > 0, "link", "segments that it carried", "none", "When host logs in");
        Check.That(seen.Lost >= least, "segments that the link lost", $"{least} or more", $"{seen.Lost} of {seen.Segments}");
    }

    [Then("^" + StepPatterns.Device + " loses its connection$")]
    public async Task ThenLosesItsConnection(string device)
    {
        try
        {
            await logins.Session(device).Closed.WaitAsync(EndWithin, scope.Cancellation);
            Check.Judged();
        }
        catch (TimeoutException)
        {
            throw new CheckFailedException($"connection of {device}", "to end", $"open after {EndWithin.TotalSeconds:F0} s");
        }
    }
}
