namespace Harness.Sessions.Tests.Topics;

/// <summary>Base of tests at one server of logins on topics each: our broker, or our service at a stock one.</summary>
public abstract class TopicSideTests(bool stock, AugPakeProfile profile = AugPakeProfile.Rfc6628, AugPakeGroup? group = null)
{
    private protected TopicSide _side = null!;

    [SetUp]
    public async Task Start() => _side = await TopicSide.StartAsync(stock, profile, group);

    [TearDown]
    public async Task Stop()
    {
        if (_side is not null)
        {
            await _side.DisposeAsync();
        }
    }
}
