// Signatures of UnitsNet 5.74.0.
namespace UnitsNet;

public readonly struct Temperature
{
    public double DegreesCelsius => throw new NotImplementedException();
}

public readonly struct Pressure
{
    public double Hectopascals => throw new NotImplementedException();
}

public readonly struct RelativeHumidity
{
    public double Percent => throw new NotImplementedException();
}
